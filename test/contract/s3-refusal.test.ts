import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHttp, requestHead } from "../support/s3-http.ts";
import { KEYS } from "../support/s3-process.ts";
import { type Ask, BUCKET, startServer, type TestServer } from "../support/s3-server.ts";
import { sha256, signHeaders } from "../support/s3-sign.ts";

let s3: TestServer;
beforeAll(async () => {
  s3 = await startServer();
});
afterAll(async () => s3.stop());

const base64 = (name: string, data: string): string => createHash(name).update(data).digest("base64");

describe("what a request is refused for", () => {
  beforeAll(async () => s3.put("there", "here"));

  it.each<[string, Ask, number, string]>([
    ["a bucket that there is not", { method: "GET", bucket: "nowhere", key: "a" }, 404, "NoSuchBucket"],
    ["a key that there is not", { method: "GET", key: "nothing" }, 404, "NoSuchKey"],
    [
      "an access key that there is not",
      { method: "GET", key: "there", keys: { accessKeyId: "x", secretAccessKey: "y" } },
      403,
      "InvalidAccessKeyId",
    ],
    ["a wrong secret", { method: "GET", key: "there", keys: { ...KEYS, secretAccessKey: "y" } }, 403, "SignatureDoesNotMatch"],
    ["a clock that is 16 minutes slow", { method: "GET", key: "there", at: new Date(Date.now() - 960_000) }, 403, "RequestTimeTooSkewed"],
    ["a body that is not the signed one", { method: "PUT", key: "a", body: "b", payload: sha256("c") }, 400, "XAmzContentSHA256Mismatch"],
    ["a wrong Content-MD5", { method: "PUT", key: "a", body: "b", headers: { "content-md5": base64("md5", "c") } }, 400, "BadDigest"],
    ["a Content-MD5 that is none", { method: "PUT", key: "a", body: "b", headers: { "content-md5": "abc" } }, 400, "InvalidDigest"],
    [
      "a wrong sha256",
      { method: "PUT", key: "a", body: "b", headers: { "x-amz-checksum-sha256": base64("sha256", "c") } },
      400,
      "BadDigest",
    ],
    ["a wrong sha1", { method: "PUT", key: "a", body: "b", headers: { "x-amz-checksum-sha1": base64("sha1", "c") } }, 400, "BadDigest"],
    ["a wrong crc32", { method: "PUT", key: "a", body: "b", headers: { "x-amz-checksum-crc32": "AAAAAA==" } }, 400, "BadDigest"],
    ["a wrong crc32c", { method: "PUT", key: "a", body: "b", headers: { "x-amz-checksum-crc32c": "AAAAAA==" } }, 400, "BadDigest"],
    [
      "a wrong crc64nvme",
      { method: "PUT", key: "a", body: "b", headers: { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=" } },
      400,
      "BadDigest",
    ],
    [
      "a checksum of the wrong length",
      { method: "PUT", key: "a", body: "b", headers: { "x-amz-checksum-crc32": "AAA=" } },
      400,
      "InvalidRequest",
    ],
    [
      "two checksums",
      { method: "PUT", key: "a", body: "b", headers: { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-crc32c": "AAAAAA==" } },
      400,
      "InvalidRequest",
    ],
    [
      "a payload scheme that there is not",
      {
        method: "PUT",
        key: "a",
        body: "b",
        payload: "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        headers: { "x-amz-decoded-content-length": "1" },
      },
      501,
      "NotImplemented",
    ],
    ["a key of 1,025 bytes", { method: "PUT", key: `${"é".repeat(512)}a`, body: "" }, 400, "KeyTooLongError"],
    ["5 GiB and a byte", { method: "PUT", key: "a", headers: { "content-length": "5368709121" } }, 400, "EntityTooLarge"],
    [
      "3 KB of user metadata",
      { method: "PUT", key: "a", body: "", headers: { "x-amz-meta-a": "a".repeat(3000) } },
      400,
      "MetadataTooLarge",
    ],
    [
      "a condition that does not hold",
      { method: "PUT", key: "there", body: "", headers: { "if-none-match": "*" } },
      412,
      "PreconditionFailed",
    ],
    ["a version that is not there", { method: "PUT", key: "there", body: "", headers: { "if-match": "abc" } }, 412, "PreconditionFailed"],
    ["a version of nothing", { method: "PUT", key: "nothing", body: "", headers: { "if-match": "abc" } }, 404, "NoSuchKey"],
    ["a range behind the end", { method: "GET", key: "there", headers: { range: "bytes=4-" } }, 416, "InvalidRange"],
    ["a part that there is not", { method: "GET", key: "there", query: [["partNumber", "2"]] }, 416, "InvalidPartNumber"],
    ["an encoding that there is not", { method: "GET", query: [["encoding-type", "gzip"]] }, 400, "InvalidArgument"],
    [
      "a continuation token that is none",
      {
        method: "GET",
        query: [
          ["list-type", "2"],
          ["continuation-token", "!"],
        ],
      },
      400,
      "InvalidArgument",
    ],
    ["a count that is none", { method: "GET", query: [["max-keys", "-1"]] }, 400, "InvalidArgument"],
    [
      "an upload that there is not",
      {
        method: "PUT",
        key: "a",
        body: "",
        query: [
          ["partNumber", "1"],
          ["uploadId", "x"],
        ],
      },
      404,
      "NoSuchUpload",
    ],
    ["a bucket of a name that S3 does not have", { method: "PUT", bucket: "Photos_" }, 400, "InvalidBucketName"],
    ["a bucket that is there", { method: "PUT", bucket: BUCKET }, 409, "BucketAlreadyOwnedByYou"],
    ["a full bucket that is to go", { method: "DELETE", bucket: BUCKET }, 409, "BucketNotEmpty"],
    ["public access", { method: "PUT", key: "a", body: "", headers: { "x-amz-acl": "public-read" } }, 400, "AccessControlListNotSupported"],
    ["encryption", { method: "PUT", key: "a", body: "", headers: { "x-amz-server-side-encryption": "aws:kms" } }, 501, "NotImplemented"],
    [
      "another storage class",
      { method: "PUT", key: "a", body: "", headers: { "x-amz-storage-class": "GLACIER" } },
      400,
      "InvalidStorageClass",
    ],
    [
      "a copy onto itself without a change",
      { method: "PUT", key: "there", headers: { "x-amz-copy-source": `/${BUCKET}/there` } },
      400,
      "InvalidRequest",
    ],
    ["a copy of nothing", { method: "PUT", key: "a", headers: { "x-amz-copy-source": `/${BUCKET}/nothing` } }, 404, "NoSuchKey"],
    ["a document that is no XML", { method: "POST", query: [["delete", ""]], body: "<Delete>" }, 400, "MalformedXML"],
    ["a method of another protocol", { method: "COPY", key: "there" }, 405, "MethodNotAllowed"],
    ["something that is not implemented", { method: "GET", key: "there", query: [["torrent", ""]] }, 501, "NotImplemented"],
    [
      "versions",
      { method: "PUT", query: [["versioning", ""]], body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>" },
      501,
      "NotImplemented",
    ],
    [
      "eleven tags",
      {
        method: "PUT",
        key: "there",
        query: [["tagging", ""]],
        body: `<Tagging><TagSet>${Array.from({ length: 11 }, (_, i) => `<Tag><Key>${i}</Key><Value/></Tag>`).join("")}</TagSet></Tagging>`,
      },
      400,
      "InvalidTag",
    ],
  ])("%s", async (_, request, status, code) => {
    const answer = await s3.ask(request);
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toBe("application/xml");
    expect(answer.text).toContain(`<RequestId>${answer.headers["x-amz-request-id"]}</RequestId>`);
  });

  it("a path that is not UTF-8, or not percent-encoding at all", async () => {
    for (const path of ["/photos/%ff", "/photos/%zz", "/photos/%"]) {
      const http = await openHttp(s3.server.url);
      const answer = await http.request(requestHead("GET", path, { host: "x" }));
      expect([answer.status, answer.body.toString()]).toEqual([400, expect.stringContaining("InvalidURI")]);
      http.close();
    }
  });

  it("a body that goes wrong at its start, on a connection that takes the rest of it and the next request", async () => {
    const http = await openHttp(s3.server.url);
    const host = new URL(s3.server.url).host;
    const body = Buffer.concat([Buffer.from("no size\r\n"), Buffer.alloc(20 << 20)]);
    const given = { host, "content-length": String(body.length), "x-amz-decoded-content-length": String(20 << 20) };
    const wrong = { method: "PUT", path: "/photos/torn", headers: given, payload: "STREAMING-UNSIGNED-PAYLOAD-TRAILER", keys: KEYS };
    const first = await http.request(requestHead("PUT", wrong.path, signHeaders(wrong).headers), [body]);
    expect([first.status, first.body.toString()]).toEqual([400, expect.stringContaining("<Code>InvalidRequest</Code>")]);
    const right = { method: "GET", path: "/photos/there", headers: { host }, payload: sha256(""), keys: KEYS };
    const second = await http.request(requestHead("GET", right.path, signHeaders(right).headers));
    expect([second.status, second.body.toString()]).toEqual([200, "here"]);
    http.close();
  });

  it("no signature at all, whatever it asks for", async () => {
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/photos"],
      ["GET", "/photos/there"],
      ["PUT", "/photos/a"],
      ["DELETE", "/photos/there"],
      ["POST", "/photos?delete"],
    ] as const) {
      const answer = await fetch(s3.server.url + path, { method });
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining("<Code>AccessDenied</Code>")]);
    }
  });

  it("leaves nothing behind", async () => {
    expect(await readdir(join(s3.dir, ".s3/temp"))).toEqual([]);
    expect(await readdir(join(s3.dir, BUCKET))).toEqual(["there"]);
  });
});
