import { browse, ORIGIN, useApi } from "@tintype/test/api";
import { beforeEach, describe, expect, it } from "vitest";

const PATH = "/assets/letters-abc123.woff2";

let source: ReadableStreamDefaultController<Uint8Array>;
let isGivenUp: boolean;
const api = useApi(() => ({
  web: async (path) => {
    if (path !== PATH) return undefined;
    isGivenUp = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (source = controller),
      cancel: () => void (isGivenUp = true),
    });
    return new Response(body, { headers: { "content-type": "font/woff2", "content-length": "10" } });
  },
}));
beforeEach(() => {
  api().lines.length = 0;
});

const told = () => api().lines.filter(({ event }) => event === "request");
const browser = () => browse(api().app, ORIGIN);

/** An answer of which the first four bytes have come. */
async function begun(): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const answer = await browser().get(PATH);
  expect([answer.status, answer.headers.get("content-length")]).toEqual([200, "10"]);
  const reader = answer.body!.getReader();
  source.enqueue(new Uint8Array(4));
  expect(await reader.read()).toEqual({ done: false, value: new Uint8Array(4) });
  expect(told()).toEqual([]);
  return reader;
}

describe("an answer that comes bit by bit", () => {
  it("is handed on as it comes, and told in the log when it has ended", async () => {
    const reader = await begun();
    source.enqueue(new Uint8Array(6));
    source.close();
    expect((await reader.read()).value).toHaveLength(6);
    expect((await reader.read()).done).toBe(true);
    expect(told()).toMatchObject([{ method: "GET", status: 200, bytes: 10 }]);
    expect(told()[0]).not.toHaveProperty("whole");
  });

  it("is given up with whoever asked for it", async () => {
    const reader = await begun();
    await reader.cancel();
    expect(isGivenUp).toBe(true);
    expect(told()).toMatchObject([{ status: 200, bytes: 4, whole: false }]);
  });

  it("is told as cut off where its source fails", async () => {
    const reader = await begun();
    source.error(new Error("the disk is gone"));
    await expect(reader.read()).rejects.toThrow("the disk is gone");
    expect(told()).toMatchObject([{ status: 200, bytes: 4, whole: false }]);
  });

  it("is not read for somebody who asks for its headers alone", async () => {
    const answer = await browser().send("HEAD", PATH);
    expect([answer.status, answer.headers.get("content-length"), isGivenUp]).toEqual([200, "10", true]);
    expect(told()).toMatchObject([{ method: "HEAD", bytes: 0 }]);
  });
});

it("a document goes out in one piece, with its length", async () => {
  const answer = await browser().get("/healthz");
  const length = (await answer.arrayBuffer()).byteLength;
  expect(answer.headers.get("content-length")).toBe(String(length));
  expect(told()).toMatchObject([{ route: "/healthz", bytes: length }]);
});
