import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHttp, requestHead } from "../support/s3-http.ts";
import { partQuery, partsTo } from "../support/s3-parts.ts";
import { KEYS } from "../support/s3-process.ts";
import { BUCKET, etagOf, startServer, type TestServer, texts, until } from "../support/s3-server.ts";
import { md5, signHeaders } from "../support/s3-sign.ts";

const MB = 1 << 20;
let s3: TestServer;
beforeAll(async () => {
  s3 = await startServer();
});
afterAll(async () => s3.stop());

const uploads = async (): Promise<string[]> => readdir(join(s3.dir, ".s3/multipart"));

const { create, part, complete } = partsTo(() => s3);
const get = async (key: string): Promise<Buffer> => (await s3.ask({ method: "GET", key })).body;

describe("a multipart upload", () => {
  const [a, b, c] = [randomBytes(5 * MB), randomBytes(5 * MB), randomBytes(123)] as const;

  it("puts equal parts together without a copy, sent in any order and at once", async () => {
    const id = await create("whole", { "content-type": "video/mp4", "x-amz-meta-by": "ada" });
    await Promise.all([part("whole", id, 3, c), part("whole", id, 2, b), part("whole", id, 1, a)]);
    const answer = await complete("whole", id, [
      [1, md5(a)],
      [2, md5(b)],
      [3, md5(c)],
    ]);
    const etag = `${md5(Buffer.from(md5(a) + md5(b) + md5(c), "hex"))}-3`;
    expect([answer.status, texts(answer.text, "ETag")]).toEqual([200, [`"${etag}"`]]);
    expect((await get("whole")).equals(Buffer.concat([a, b, c]))).toBe(true);
    const head = await s3.ask({ method: "HEAD", key: "whole" });
    expect(head.headers).toMatchObject({
      etag: `"${etag}"`,
      "content-type": "video/mp4",
      "x-amz-meta-by": "ada",
      "content-length": String(10 * MB + 123),
    });
    const second = await s3.ask({ method: "GET", key: "whole", query: [["partNumber", "2"]] });
    expect([second.status, second.headers["x-amz-mp-parts-count"], second.body.equals(b)]).toEqual([206, "3", true]);
    expect(s3.events.at(-1)).toMatchObject({ name: "ObjectCreated:CompleteMultipartUpload", key: "whole", etag });
    expect(await uploads()).toEqual([]);
  });

  it.each([
    ["parts of different sizes", [randomBytes(6 * MB), randomBytes(5 * MB), randomBytes(7 * MB), randomBytes(1)], [1, 2, 3, 4]],
    ["numbers with gaps", [randomBytes(5 * MB), randomBytes(5 * MB), randomBytes(9)], [1, 5, 10_000]],
    ["the last part first", [randomBytes(5), randomBytes(5 * MB), randomBytes(5 * MB)], [3, 1, 2]],
    ["a part of nothing", [Buffer.alloc(0)], [1]],
  ] as const)("takes %s", async (_, bodies, numbers) => {
    const id = await create("parts");
    for (const [index, body] of bodies.entries()) await part("parts", id, numbers[index] ?? 0, body);
    const order = numbers.map((number, index) => [number, bodies[index] ?? Buffer.alloc(0)] as const).toSorted(([x], [y]) => x - y);
    expect(
      (
        await complete(
          "parts",
          id,
          order.map(([number, body]) => [number, md5(body)]),
        )
      ).status,
    ).toBe(200);
    expect((await get("parts")).equals(Buffer.concat(order.map(([, body]) => body)))).toBe(true);
  });

  it("gives the one part of an empty object without a range", async () => {
    await s3.ask({ method: "PUT", key: "empty", body: "" });
    for (const method of ["GET", "HEAD"]) {
      const answer = await s3.ask({ method, key: "empty", query: [["partNumber", "1"]] });
      expect([answer.status, answer.headers["content-length"], answer.headers["content-range"]]).toEqual([200, "0", undefined]);
    }
    expect((await s3.ask({ method: "GET", key: "empty", query: [["partNumber", "2"]] })).code).toBe("InvalidPartNumber");
  });

  it("gives an empty last part as nothing, without a range", async () => {
    const id = await create("padded");
    await part("padded", id, 1, a);
    await part("padded", id, 2, Buffer.alloc(0));
    const parts = [a, Buffer.alloc(0)].map((body, index): [number, string] => [index + 1, md5(body)]);
    expect((await complete("padded", id, parts)).status).toBe(200);
    for (const method of ["GET", "HEAD"]) {
      const { status, headers, body } = await s3.ask({ method, key: "padded", query: [["partNumber", "2"]] });
      expect([status, headers["content-length"], headers["content-range"], body.length]).toEqual([200, "0", undefined, 0]);
    }
    const first = await s3.ask({ method: "GET", key: "padded", query: [["partNumber", "1"]] });
    expect([first.status, first.body.equals(a)]).toEqual([206, true]);
  });

  it("takes the last of the parts of one number, and only the parts that are listed", async () => {
    const id = await create("again");
    await part("again", id, 1, b);
    await part("again", id, 1, a);
    await part("again", id, 2, b);
    await part("again", id, 3, c);
    expect(
      (
        await complete("again", id, [
          [1, md5(b)],
          [2, md5(b)],
        ])
      ).code,
    ).toBe("InvalidPart");
    expect(
      (
        await complete("again", id, [
          [1, md5(a)],
          [3, md5(c)],
        ])
      ).status,
    ).toBe(200);
    expect((await get("again")).equals(Buffer.concat([a, c]))).toBe(true);
  });

  it("goes on after a restart, and answers a second Complete like the first", async () => {
    const id = await create("resumed");
    await part("resumed", id, 1, a);
    await s3.restart();
    await part("resumed", id, 2, c);
    const listed = await s3.ask({ method: "GET", key: "resumed", query: [["uploadId", id]] });
    expect([texts(listed.text, "PartNumber"), texts(listed.text, "Size")]).toEqual([
      ["1", "2"],
      [String(a.length), "123"],
    ]);
    const first = await complete("resumed", id, [
      [1, md5(a)],
      [2, md5(c)],
    ]);
    const second = await complete("resumed", id, [
      [1, md5(a)],
      [2, md5(c)],
    ]);
    expect([first.status, second.status, texts(second.text, "ETag")]).toEqual([200, 200, texts(first.text, "ETag")]);
    expect((await get("resumed")).equals(Buffer.concat([a, c]))).toBe(true);
  });

  it("is refused, and stays as it was, for what is wrong with its list", async () => {
    const id = await create("wrong");
    await part("wrong", id, 1, c);
    await part("wrong", id, 2, c);
    const codes = await Promise.all([
      complete("wrong", id, []),
      complete("wrong", id, [
        [2, md5(c)],
        [1, md5(c)],
      ]),
      complete("wrong", id, [[1, md5(a)]]),
      complete("wrong", id, [[7, md5(c)]]),
      complete("wrong", id, [
        [1, md5(c)],
        [2, md5(c)],
      ]),
      complete("wrong", id, [[1, md5(c)]], { "x-amz-mp-object-size": "1" }),
      complete("other", id, [[1, md5(c)]]),
    ]);
    expect(codes.map(({ code }) => code)).toEqual([
      "MalformedXML",
      "InvalidPartOrder",
      "InvalidPart",
      "InvalidPart",
      "EntityTooSmall",
      "InvalidRequest",
      "NoSuchUpload",
    ]);
    expect((await part("wrong", id, 0, c)).code).toBe("InvalidArgument");
    expect((await part("wrong", id, 10_001, c)).code).toBe("InvalidArgument");
    expect((await complete("wrong", id, [[1, md5(c)]])).status).toBe(200);
  });

  it("keeps to its condition, and can be completed under another one", async () => {
    await s3.ask({ method: "PUT", key: "taken", body: "x" });
    const id = await create("taken");
    await part("taken", id, 1, c);
    expect((await complete("taken", id, [[1, md5(c)]], { "if-none-match": "*" })).code).toBe("PreconditionFailed");
    expect((await get("taken")).toString()).toBe("x");
    expect((await complete("taken", id, [[1, md5(c)]], { "if-match": md5("x") })).status).toBe(200);
  });

  it("is gone with its parts when it is aborted, also while a part comes in", async () => {
    const id = await create("aborted");
    await part("aborted", id, 1, c);
    const headers = { host: new URL(s3.server.url).host, "content-length": String(5 * MB) };
    const query = partQuery(id, 2);
    const { headers: signed } = signHeaders({
      method: "PUT",
      path: `/${BUCKET}/aborted`,
      query,
      headers,
      payload: "UNSIGNED-PAYLOAD",
      keys: KEYS,
    });
    const http = await openHttp(s3.server.url);
    const broken = http
      .request(requestHead("PUT", `/${BUCKET}/aborted?partNumber=2&uploadId=${id}`, signed), [Buffer.alloc(MB)])
      .catch((error: unknown) => error);
    await until(async () => (await readdir(join(s3.dir, ".s3/multipart", id))).some((name) => name.startsWith("part-")));
    expect((await s3.ask({ method: "DELETE", key: "aborted", query: [["uploadId", id]] })).status).toBe(204);
    expect((await part("aborted", id, 1, c)).code).toBe("NoSuchUpload");
    http.close();
    await broken;
    expect(await uploads()).toEqual([]);
  });

  it("is listed by key until it ends", async () => {
    const ids = await Promise.all(["u/2", "u/1", "u/x/3", "v"].map(async (key) => create(key)));
    const list = async (query: [string, string][]) => (await s3.ask({ method: "GET", query: [["uploads", ""], ...query] })).text;
    expect(texts(await list([["prefix", "u/"]]), "Key")).toEqual(["u/1", "u/2", "u/x/3"]);
    const page = await list([
      ["prefix", "u/"],
      ["max-uploads", "1"],
    ]);
    expect([texts(page, "Key"), texts(page, "IsTruncated"), texts(page, "NextUploadIdMarker")]).toEqual([["u/1"], ["true"], [ids[1]]]);
    expect(
      texts(
        await list([
          ["prefix", "u/"],
          ["key-marker", "u/1"],
          ["upload-id-marker", ids[1] ?? ""],
        ]),
        "Key",
      ),
    ).toEqual(["u/2", "u/x/3"]);
    const grouped = await list([
      ["prefix", "u/"],
      ["delimiter", "/"],
    ]);
    expect([texts(grouped, "Key"), grouped.includes("<CommonPrefixes><Prefix>u/x/</Prefix></CommonPrefixes>")]).toEqual([
      ["u/1", "u/2"],
      true,
    ]);
    for (const [index, key] of ["u/2", "u/1", "u/x/3", "v"].entries()) {
      await s3.ask({ method: "DELETE", key, query: [["uploadId", ids[index] ?? ""]] });
    }
    expect(texts(await list([]), "Key")).toEqual([]);
  });

  it("takes parts from objects that are here, whole or in ranges", async () => {
    await s3.ask({ method: "PUT", key: "source", body: a });
    const id = await create("copied");
    const copy = async (number: number, headers: Record<string, string>) =>
      s3.ask({
        method: "PUT",
        key: "copied",
        query: partQuery(id, number),
        headers: { "x-amz-copy-source": `${BUCKET}/source`, ...headers },
      });
    const whole = await copy(1, {});
    const piece = await copy(2, { "x-amz-copy-source-range": "bytes=10-19" });
    expect(texts(whole.text + piece.text, "ETag")).toEqual([etagOf(a), etagOf(a.subarray(10, 20))]);
    expect((await copy(3, { "x-amz-copy-source-range": `bytes=0-${a.length}` })).code).toBe("InvalidRange");
    expect((await copy(3, { "x-amz-copy-source-if-match": "x" })).code).toBe("PreconditionFailed");
    await complete("copied", id, [
      [1, md5(a)],
      [2, md5(a.subarray(10, 20))],
    ]);
    expect((await get("copied")).equals(Buffer.concat([a, a.subarray(10, 20)]))).toBe(true);
  });
});
