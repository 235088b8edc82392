import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BUCKET, BY_HAND, etagOf, startServer, type TestServer, texts, until } from "../support/s3-server.ts";

let s3: TestServer;
beforeEach(async () => {
  s3 = await startServer();
});
afterEach(async () => s3.stop());

describe("files that a person changes while the server runs", () => {
  it("are never served under the old etag or length", async () => {
    await s3.put("a", "before");
    await writeFile(s3.file("a"), "after it all");
    const answer = await s3.ask({ method: "GET", key: "a" });
    expect([answer.text, answer.headers["etag"], answer.headers["content-length"]]).toEqual(["after it all", BY_HAND, "12"]);
    await until(() => s3.events.length === 2);
    await rm(s3.file("a"));
    expect(await s3.read("a")).toBe("404");
    expect(s3.events.map(({ name }) => name)).toEqual(["ObjectCreated:Put", "ObjectCreated:Put", "ObjectRemoved:Delete"]);
  });

  it("are found to be gone by a HEAD and by a conditional PUT as well, and told once", async () => {
    await s3.put("a", "a");
    await s3.put("b/c", "c");
    await s3.put("d", "d");
    const names = () => s3.events.slice(3).map(({ name, key }) => `${name} ${key}`);
    await rm(s3.file("a"));
    await rm(s3.file("b"), { recursive: true });
    await rm(s3.file("d"));
    const head = async (key: string): Promise<number> => (await s3.ask({ method: "HEAD", key })).status;
    expect([await head("a"), await head("a"), await head("b/c")]).toEqual([404, 404, 404]);
    expect((await s3.put("d", "again", { "if-none-match": "*" })).status).toBe(200);
    expect([await head("d"), await s3.keys()]).toEqual([200, ["d"]]);
    expect(names()).toEqual(["ObjectRemoved:Delete a", "ObjectRemoved:Delete b/c", "ObjectRemoved:Delete d", "ObjectCreated:Put d"]);
  });

  it("are known under their new etag to a HEAD as well", async () => {
    await s3.put("a", "before", { "x-amz-meta-by": "ada" });
    await writeFile(s3.file("a"), "after!");
    expect((await s3.ask({ method: "HEAD", key: "a" })).headers).toMatchObject({ etag: etagOf("after!"), "x-amz-meta-by": "ada" });
  });

  it("are not taken for removed while the disk of the whole bucket is away", async () => {
    await s3.put("a", "a", { "x-amz-meta-by": "ada" });
    await rename(join(s3.dir, BUCKET), join(s3.dir, "away"));
    expect([(await s3.ask({ method: "HEAD", key: "a" })).status, await s3.read("a"), (await s3.put("a", "b")).status]).toEqual([
      500,
      "500",
      500,
    ]);
    await rename(join(s3.dir, "away"), join(s3.dir, BUCKET));
    const answer = await s3.ask({ method: "HEAD", key: "a" });
    expect([answer.status, answer.headers["x-amz-meta-by"], s3.events.length]).toEqual([200, "ada", 1]);
  });

  it("are not overwritten by a PUT that asks for a free key", async () => {
    await writeFile(s3.file("mine"), "mine");
    const answer = await s3.put("mine", "yours", { "if-none-match": "*" });
    expect([answer.code, await s3.read("mine")]).toEqual(["PreconditionFailed", "mine"]);
  });

  it("are not removed by a DELETE that is meant for what was there before", async () => {
    const was = String((await s3.put("a", "sent")).headers["etag"]);
    await s3.put("b", "sent");
    for (const key of ["a", "b"]) await writeFile(s3.file(key), "the only copy");
    expect((await s3.ask({ method: "DELETE", key: "a", headers: { "if-match": was } })).code).toBe("PreconditionFailed");
    const body = `<Delete><Object><Key>b</Key><ETag>${was}</ETag></Object></Delete>`;
    expect(texts((await s3.ask({ method: "POST", query: [["delete", ""]], body })).text, "Code")).toEqual(["PreconditionFailed"]);
    expect([await s3.read("a"), await s3.read("b")]).toEqual(["the only copy", "the only copy"]);
    const now = String((await s3.ask({ method: "HEAD", key: "a" })).headers["etag"]);
    expect([(await s3.ask({ method: "DELETE", key: "a", headers: { "if-match": now } })).status, await s3.keys()]).toEqual([204, ["b"]]);
  });

  it("are found by a rescan", async () => {
    await writeFile(s3.file("new"), "new");
    expect(await s3.keys()).toEqual([]);
    await s3.server.rescan();
    expect([await s3.keys(), s3.events.map(({ key }) => key)]).toEqual([["new"], ["new"]]);
  });
});
