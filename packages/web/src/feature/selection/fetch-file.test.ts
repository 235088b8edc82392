import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Fetched, fetchFile, steadily } from "./fetch-file.ts";
import { waits } from "./wait.ts";

const BYTES = "0123456789";
const { signal } = new AbortController();

/** How many bytes each answer comes to before its connection breaks; undefined: there is none; above 10: all of it. */
let answers: (number | undefined)[];
let asked: { range: string | undefined; cache: string | undefined }[];
let etag: string;

async function answer(_: string, { headers, cache }: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
  const range = headers?.["range"];
  asked.push({ range, cache });
  const length = answers.shift();
  if (length === undefined) throw new TypeError("Failed to fetch");
  const from = Number(/\d+/u.exec(range ?? "0")?.[0]);
  let sent = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (!sent) controller.enqueue(new TextEncoder().encode(BYTES.slice(from, from + length)));
      else if (length > 10) controller.close();
      else controller.error(new TypeError("network error"));
      sent = true;
    },
  });
  return new Response(body, { status: from > 0 ? 206 : 200, headers: { etag } });
}

beforeEach(() => {
  asked = [];
  etag = "a";
  vi.useFakeTimers();
  vi.stubGlobal("fetch", answer);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const LARGE = { id: "1", url: "url", size: 20_000_000 };
const way = { anew: async () => undefined, signal };

async function textOf(fetched: Promise<Fetched>): Promise<string> {
  const { input } = await fetched;
  return new Response(input instanceof ReadableStream ? input : new Blob([...(input ?? [])])).text();
}

async function read(): Promise<string> {
  const text = textOf(fetchFile(LARGE, way));
  text.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(300_000);
  return text;
}

it("goes on where it was when the store goes away in the middle of a file and comes back", async () => {
  answers = [undefined, 4, undefined, undefined, 3, 99];
  expect(await read()).toBe(BYTES);
  expect(asked.map(({ range }) => range)).toEqual([undefined, undefined, "bytes=4-", "bytes=4-", "bytes=4-", "bytes=7-"]);
});

it("takes nothing that the browser keeps, which may have come without leave for a page to read it", async () => {
  answers = [4, 99];
  await read();
  expect(asked.map(({ cache }) => cache)).toEqual(["no-store", "no-store"]);
});

it("goes on when the store, or the network, is back after three minutes", async () => {
  const backAt = Date.now() + 180_000;
  vi.stubGlobal("fetch", (url: string, init: RequestInit & { headers?: Record<string, string> }) => {
    const isAway = asked.length > 0 && Date.now() < backAt;
    answers = isAway ? [] : [asked.length === 0 ? 4 : 99];
    return answer(url, init);
  });
  expect(await read()).toBe(BYTES);
  expect(asked.length).toBeLessThan(20);
});

it("says what has happened when the store stays away", async () => {
  answers = [4];
  await expect(read()).rejects.toThrow("The connection to the storage was lost and did not come back.");
});

it("puts no two files together", async () => {
  answers = [4, 99];
  const reading = textOf(fetchFile(LARGE, way));
  reading.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(100);
  etag = "b";
  await vi.advanceTimersByTimeAsync(2_000);
  await expect(reading).rejects.toThrow("did not come back");
});

it("reads a small file again from its beginning when its connection breaks", async () => {
  answers = [undefined, 4, 99];
  const reading = fetchFile({ ...LARGE, size: 10 }, way);
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await reading).input).toEqual([new TextEncoder().encode(BYTES)]);
  expect(asked).toEqual(Array.from({ length: 3 }, () => ({ range: undefined, cache: "no-store" })));
});

it("counts what waits for somebody who is away, until they are back, stay away, or nobody wants it any more", async () => {
  const counts: number[] = [];
  const stop = waits.subscribe(() => counts.push(waits.get()));
  answers = [undefined, undefined, 4, undefined, 99];
  expect(await read()).toBe(BYTES);
  // Before the first answer, then in the middle, where the stream and its question wait both.
  expect(counts).toEqual([1, 0, 1, 2, 1, 0]);
  answers = [];
  await expect(read()).rejects.toMatchObject({ code: "unreachable" });
  expect(waits.get()).toBe(0);
  const given = new AbortController();
  const waiting = steadily(() => Promise.reject(new TypeError("Failed to fetch")), given.signal);
  waiting.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(100);
  expect(waits.get()).toBe(1);
  given.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  expect(waits.get()).toBe(0);
  stop();
});
