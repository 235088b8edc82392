import { createHash } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHttp, requestHead } from "../support/s3-http.ts";
import { KEYS } from "../support/s3-process.ts";
import { etagOf, startServer, type TestServer, until } from "../support/s3-server.ts";
import { sha256, signChunk, signHeaders, signTrailers } from "../support/s3-sign.ts";

let s3: TestServer;
beforeAll(async () => {
  s3 = await startServer();
});
afterAll(async () => s3.stop());

const base64 = (name: string, data: string): string => createHash(name).update(data).digest("base64");

describe("a presigned URL", () => {
  it("writes exactly what it pins", async () => {
    const body = "exactly this";
    const headers = {
      "content-length": String(body.length),
      "content-type": "image/jpeg",
      "if-none-match": "*",
      "x-amz-checksum-sha256": base64("sha256", body),
    };
    const url = s3.presigned({ method: "PUT", key: "pinned", headers });
    const { "content-length": _, ...sent } = headers;
    expect((await fetch(url, { method: "PUT", body: "exactly thas", headers: sent })).status).toBe(400);
    expect((await fetch(url, { method: "PUT", body: "longer than this", headers: sent })).status).toBe(403);
    expect((await fetch(url, { method: "PUT", body, headers: { ...sent, "content-type": "text/html" } })).status).toBe(403);
    expect((await fetch(url, { method: "PUT", body })).status).toBe(403);
    expect((await fetch(url, { method: "PUT", body, headers: sent })).status).toBe(200);
    expect((await fetch(url, { method: "PUT", body, headers: sent })).status).toBe(412);
    const head = await s3.ask({ method: "HEAD", key: "pinned", headers: { "x-amz-checksum-mode": "ENABLED" } });
    expect(head.headers).toMatchObject({ "content-type": "image/jpeg", "x-amz-checksum-sha256": headers["x-amz-checksum-sha256"] });
    expect(head.headers["etag"]).toBe(`"${sha256(body).slice(0, 32)}-1"`);
  });

  it("has an end, and cannot be made longer, or for more than a week", async () => {
    await s3.put("expiring", "x");
    const expired = await fetch(s3.presigned({ method: "GET", key: "expiring", expires: 1, at: new Date(Date.now() - 3000) }));
    expect([expired.status, await expired.text()]).toEqual([403, expect.stringContaining("Request has expired")]);
    const url = s3.presigned({ method: "GET", key: "expiring", expires: 60 });
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(url.replace("Expires=60", "Expires=600"))).status).toBe(403);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(s3.presigned({ method: "GET", key: "expiring", expires: 604_801 }))).status).toBe(400);
  });

  it("may change the headers of the answer, which nobody else may", async () => {
    await s3.put("page", "<script>", { "content-type": "text/html" });
    const query: [string, string][] = [
      ["response-content-disposition", 'attachment; filename="été.html"'],
      ["response-content-type", "application/octet-stream"],
      ["response-cache-control", "private"],
    ];
    const url = s3.presigned({ method: "GET", key: "page", query });
    const answer = await fetch(url);
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("cache-control")).toBe("private");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(Buffer.from(answer.headers.get("content-disposition") ?? "", "latin1").toString()).toBe('attachment; filename="été.html"');
    expect((await fetch(`${url}&response-expires=now`)).status).toBe(403);
  });
});

describe("a streamed body", () => {
  const decoded = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "70000" };
  const data = Buffer.alloc(70_000, "a");

  async function stream(
    payload: string,
    headers: Record<string, string>,
    write: (seed: ReturnType<typeof signHeaders>["seed"]) => string | Buffer,
  ) {
    const host = new URL(s3.server.url).host;
    const { headers: signed, seed } = signHeaders({
      method: "PUT",
      path: "/photos/streamed",
      headers: { host, ...decoded, ...headers },
      payload,
      keys: KEYS,
    });
    const body = Buffer.from(write(seed));
    const http = await openHttp(s3.server.url);
    const answer = await http.request(requestHead("PUT", "/photos/streamed", { ...signed, "content-length": String(body.length) }), [body]);
    http.close();
    return { status: answer.status, code: /<Code>([^<]*)/u.exec(answer.body.toString())?.[1] };
  }

  function signedChunks(seed: ReturnType<typeof signHeaders>["seed"], end: (signature: string) => string | Buffer): Buffer {
    const first = signChunk(seed, seed.signature, data.subarray(0, 65_536));
    const second = signChunk(seed, first.signature, data.subarray(65_536));
    return Buffer.concat([first.frame, second.frame, Buffer.from(end(second.signature))]);
  }

  it("of signed chunks is stored without them", async () => {
    const answer = await stream("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", {}, (seed) =>
      signedChunks(seed, (last) => signChunk(seed, last, Buffer.alloc(0)).frame),
    );
    expect(answer.status).toBe(200);
    const got = await s3.ask({ method: "GET", key: "streamed" });
    expect([got.body.equals(data), got.headers["content-encoding"], got.headers["etag"]]).toEqual([true, undefined, etagOf(data)]);
  });

  const trailer = (value: string) => ({ "x-amz-checksum-sha256": value });
  const right = createHash("sha256").update(data).digest("base64");
  const withTrailer = (value: string) => (seed: ReturnType<typeof signHeaders>["seed"]) =>
    signedChunks(seed, (last) => {
      const end = signChunk(seed, last, Buffer.alloc(0));
      return end.frame.toString().replace(/\r\n\r\n$/u, "\r\n") + signTrailers(seed, end.signature, trailer(value));
    });
  const announced = { "x-amz-trailer": "x-amz-checksum-sha256" };

  it("with a signed trailer is checked against it", async () => {
    const scheme = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
    expect(await stream(scheme, announced, withTrailer(right))).toEqual({ status: 200, code: undefined });
    expect(await stream(scheme, announced, withTrailer(base64("sha256", "wrong")))).toEqual({ status: 400, code: "BadDigest" });
    expect(await stream(scheme, announced, (seed) => withTrailer(right)(seed).toString().replace(right, base64("sha256", "x")))).toEqual({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  });

  it("with an unsigned trailer is checked against it", async () => {
    const scheme = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    const body = (value: string) => () => `11170\r\n${data.toString()}\r\n0\r\nx-amz-checksum-sha256:${value}\r\n\r\n`;
    expect(await stream(scheme, announced, body(right))).toEqual({ status: 200, code: undefined });
    expect(await stream(scheme, announced, body(base64("sha256", "x")))).toEqual({ status: 400, code: "BadDigest" });
    expect(await stream(scheme, announced, () => `11170\r\n${data.toString()}\r\n0\r\n\r\n`)).toEqual({
      status: 400,
      code: "InvalidRequest",
    });
    expect(await stream(scheme, { ...announced, "x-amz-decoded-content-length": "69999" }, body(right))).toEqual({
      status: 400,
      code: "IncompleteBody",
    });
    expect(await stream(scheme, { ...announced, "x-amz-decoded-content-length": "70001" }, body(right))).toEqual({
      status: 400,
      code: "IncompleteBody",
    });
  });

  it("needs its decoded length", async () => {
    const answer = await s3.ask({ method: "PUT", key: "a", body: "0\r\n\r\n", payload: "STREAMING-UNSIGNED-PAYLOAD-TRAILER" });
    expect([answer.status, answer.code]).toEqual([411, "MissingContentLength"]);
  });
});

describe("a client that goes away", () => {
  it("in the middle of a body leaves nothing, and the old object as it was", async () => {
    await s3.put("abort", "old");
    const headers = { host: new URL(s3.server.url).host, "content-length": "10000000" };
    for (const key of ["abort", "abort-new"]) {
      const { headers: signed } = signHeaders({ method: "PUT", path: `/photos/${key}`, headers, payload: "UNSIGNED-PAYLOAD", keys: KEYS });
      const http = await openHttp(s3.server.url);
      const broken = http.request(requestHead("PUT", `/photos/${key}`, signed), [Buffer.alloc(5_000_000)]).catch((error: unknown) => error);
      await until(async () => (await readdir(join(s3.dir, ".s3/temp"))).length > 0);
      http.close();
      expect(await broken).toBeInstanceOf(Error);
      await until(async () => (await readdir(join(s3.dir, ".s3/temp"))).length === 0);
    }
    expect((await s3.ask({ method: "GET", key: "abort" })).text).toBe("old");
    expect((await s3.ask({ method: "GET", key: "abort-new" })).status).toBe(404);
  });

  it("or stops sending, or reading, is cut off after a while", async () => {
    const slow = await startServer({ idleTimeout: 300 });
    const start = async (method: string, path: string, length: number) => {
      const headers = { host: new URL(slow.server.url).host, "content-length": String(length) };
      const { headers: signed } = signHeaders({ method, path, headers, payload: "UNSIGNED-PAYLOAD", keys: KEYS });
      const http = await openHttp(slow.server.url);
      const end = http.request(requestHead(method, path, signed)).then(() => "answered", String);
      return { http, end };
    };
    // Put there as a file: sent to this server, a busy machine would itself be too slow.
    await writeFile(slow.file("large"), Buffer.alloc(30_000_000));
    await slow.server.rescan();
    expect(await (await start("PUT", "/photos/stalled", 1000)).end).toContain("closed");
    const reading = await start("GET", "/photos/large", 0);
    reading.http.socket.pause();
    await setTimeout(1200);
    reading.http.socket.resume();
    expect(await reading.end).toContain("closed");
    expect((await slow.ask({ method: "GET", key: "stalled" })).status).toBe(404);
    expect(await readdir(join(slow.dir, ".s3/temp"))).toEqual([]);
    await slow.stop();
  });

  it("while it waits for leave to send is told first what is wrong", async () => {
    const headers = { host: "x", "content-length": "10", expect: "100-continue" };
    const { headers: signed } = signHeaders({
      method: "PUT",
      path: "/photos/a",
      headers,
      payload: "UNSIGNED-PAYLOAD",
      keys: { ...KEYS, secretAccessKey: "no" },
    });
    const http = await openHttp(s3.server.url);
    expect((await http.request(requestHead("PUT", "/photos/a", signed))).status).toBe(403);
    http.close();
  });

  it("is told what is wrong also while it is sending", async () => {
    const headers = { host: new URL(s3.server.url).host, "content-length": "50000000", "if-none-match": "*" };
    await s3.put("taken", "x");
    const { headers: signed } = signHeaders({ method: "PUT", path: "/photos/taken", headers, payload: "UNSIGNED-PAYLOAD", keys: KEYS });
    const http = await openHttp(s3.server.url);
    expect((await http.request(requestHead("PUT", "/photos/taken", signed), [Buffer.alloc(50_000_000)])).status).toBe(412);
    http.close();
  });
});
