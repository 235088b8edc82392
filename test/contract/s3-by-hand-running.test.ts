import { createHash } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BUCKET, startServer, type TestServer, texts, until } from "../support/s3-server.ts";

let s3: TestServer;
beforeEach(async () => {
  s3 = await startServer();
});
afterEach(async () => s3.stop());

const file = (path: string): string => join(s3.dir, BUCKET, path);
const put = async (key: string, body: string, headers: Record<string, string> = {}) => s3.ask({ method: "PUT", key, body, headers });
const get = async (key: string): Promise<string> => {
  const answer = await s3.ask({ method: "GET", key });
  return answer.status === 200 ? answer.text : String(answer.status);
};
const keys = async (): Promise<string[]> => texts((await s3.ask({ method: "GET", query: [["list-type", "2"]] })).text, "Key");
const etag = (text: string): string => `"${createHash("md5").update(text).digest("hex")}"`;
/** What stands for a file that was put there by hand: its size and time, never its content. */
const BY_HAND = expect.stringMatching(/^"[0-9a-f]{32}-0"$/u) as string;

describe("files that a person changes while the server runs", () => {
  it("are never served under the old etag or length", async () => {
    await put("a", "before");
    await writeFile(file("a"), "after it all");
    const answer = await s3.ask({ method: "GET", key: "a" });
    expect([answer.text, answer.headers["etag"], answer.headers["content-length"]]).toEqual(["after it all", BY_HAND, "12"]);
    await until(() => s3.events.length === 2);
    await rm(file("a"));
    expect(await get("a")).toBe("404");
    expect(s3.events.map(({ name }) => name)).toEqual(["ObjectCreated:Put", "ObjectCreated:Put", "ObjectRemoved:Delete"]);
  });

  it("are found to be gone by a HEAD and by a conditional PUT as well, and told once", async () => {
    await put("a", "a");
    await put("b/c", "c");
    await put("d", "d");
    const names = () => s3.events.slice(3).map(({ name, key }) => `${name} ${key}`);
    await rm(file("a"));
    await rm(file("b"), { recursive: true });
    await rm(file("d"));
    const head = async (key: string): Promise<number> => (await s3.ask({ method: "HEAD", key })).status;
    expect([await head("a"), await head("a"), await head("b/c")]).toEqual([404, 404, 404]);
    expect((await put("d", "again", { "if-none-match": "*" })).status).toBe(200);
    expect([await head("d"), await keys()]).toEqual([200, ["d"]]);
    expect(names()).toEqual(["ObjectRemoved:Delete a", "ObjectRemoved:Delete b/c", "ObjectRemoved:Delete d", "ObjectCreated:Put d"]);
  });

  it("are known under their new etag to a HEAD as well", async () => {
    await put("a", "before", { "x-amz-meta-by": "ada" });
    await writeFile(file("a"), "after!");
    expect((await s3.ask({ method: "HEAD", key: "a" })).headers).toMatchObject({ etag: etag("after!"), "x-amz-meta-by": "ada" });
  });

  it("are not taken for removed while the disk of the whole bucket is away", async () => {
    await put("a", "a", { "x-amz-meta-by": "ada" });
    await rename(join(s3.dir, BUCKET), join(s3.dir, "away"));
    expect([(await s3.ask({ method: "HEAD", key: "a" })).status, await get("a"), (await put("a", "b")).status]).toEqual([500, "500", 500]);
    await rename(join(s3.dir, "away"), join(s3.dir, BUCKET));
    const answer = await s3.ask({ method: "HEAD", key: "a" });
    expect([answer.status, answer.headers["x-amz-meta-by"], s3.events.length]).toEqual([200, "ada", 1]);
  });

  it("are not overwritten by a PUT that asks for a free key", async () => {
    await writeFile(file("mine"), "mine");
    const answer = await put("mine", "yours", { "if-none-match": "*" });
    expect([answer.code, await get("mine")]).toEqual(["PreconditionFailed", "mine"]);
  });

  it("are not removed by a DELETE that is meant for what was there before", async () => {
    const was = String((await put("a", "sent")).headers["etag"]);
    await put("b", "sent");
    for (const key of ["a", "b"]) await writeFile(file(key), "the only copy");
    expect((await s3.ask({ method: "DELETE", key: "a", headers: { "if-match": was } })).code).toBe("PreconditionFailed");
    const body = `<Delete><Object><Key>b</Key><ETag>${was}</ETag></Object></Delete>`;
    expect(texts((await s3.ask({ method: "POST", query: [["delete", ""]], body })).text, "Code")).toEqual(["PreconditionFailed"]);
    expect([await get("a"), await get("b")]).toEqual(["the only copy", "the only copy"]);
    const now = String((await s3.ask({ method: "HEAD", key: "a" })).headers["etag"]);
    expect([(await s3.ask({ method: "DELETE", key: "a", headers: { "if-match": now } })).status, await keys()]).toEqual([204, ["b"]]);
  });

  it("are found by a rescan", async () => {
    await writeFile(file("new"), "new");
    expect(await keys()).toEqual([]);
    await s3.server.rescan();
    expect([await keys(), s3.events.map(({ key }) => key)]).toEqual([["new"], ["new"]]);
  });
});
