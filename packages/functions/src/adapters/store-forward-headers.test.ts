import { describe, expect, it } from "vitest";
import { answerHeaders, forwardedPath, requestHeaders } from "./store-forward-headers.ts";

const SIGNED = "X-Amz-Date=20261129T000000Z&X-Amz-Signature=abc";

describe("what is forwarded", () => {
  it.each([
    ["/store/photos/library/anna/2026/11/a~1234.jpg", "/photos/library/anna/2026/11/a~1234.jpg"],
    ["/store/photos/a%20b/%C3%BC..jpg", "/photos/a%20b/%C3%BC..jpg"],
    ["/store/photos/...", "/photos/..."],
  ])("is a signed request for an object: %s", (path, forwarded) => {
    expect(forwardedPath(`${path}?${SIGNED}`, "photos")).toBe(`${forwarded}?${SIGNED}`);
  });

  it.each([
    ["the bucket", `/store/photos?${SIGNED}`],
    ["the bucket with a slash", `/store/photos/?${SIGNED}`],
    ["another bucket", `/store/other/a.jpg?${SIGNED}`],
    ["a bucket that begins the same", `/store/photos2/a.jpg?${SIGNED}`],
    ["all buckets", `/store/?${SIGNED}`],
    ["something outside", `/api/me?${SIGNED}`],
    ["a way out of the bucket", `/store/photos/../other/a.jpg?${SIGNED}`],
    ["an encoded way out", `/store/photos/%2e%2E/other/a.jpg?${SIGNED}`],
    ["one with an encoded slash", `/store/photos/a%2f..%2fb?${SIGNED}`],
    ["one at the end", `/store/photos/..?${SIGNED}`],
    ["one with a backslash", `/store/photos/..\\other?${SIGNED}`],
    ["a request without a signature", "/store/photos/a.jpg"],
    ["one with an empty signature", "/store/photos/a.jpg?X-Amz-Signature="],
    ["one with the signature in the path", "/store/photos/X-Amz-Signature=abc"],
  ])("is not %s", (_, url) => {
    expect(forwardedPath(url, "photos")).toBeUndefined();
  });

  it("has the headers that mean something to a store, and none that are ours", () => {
    const passed = {
      "content-length": "3",
      "content-type": "image/jpeg",
      range: "bytes=0-0",
      "if-none-match": "*",
      "if-match": '"a"',
      "if-range": '"a"',
      "x-amz-checksum-sha256": "abc=",
    };
    const kept = {
      cookie: "tintype.session=secret",
      authorization: "Bearer secret",
      host: "photos.example.org",
      origin: "https://photos.example.org",
      "x-forwarded-for": "10.0.0.1",
      "x-tintype-person": "id",
      "x-amz-copy-source": "/photos/another",
      "x-amz-acl": "public-read",
      "transfer-encoding": "chunked",
    };
    expect(requestHeaders({ ...passed, ...kept })).toEqual(passed);
  });
});

describe("an answer under our own origin", () => {
  it.each(["image/jpeg", "image/webp", "image/heic", "video/mp4", "video/quicktime", "IMAGE/PNG; x=y"])("shows %s", (type) => {
    const headers = answerHeaders("GET", 200, { "content-type": type, "content-disposition": "inline" });
    expect(headers["content-type"]).toBe(type);
    expect(headers["content-disposition"]).toBe("inline");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toMatch(/sandbox$/u);
  });

  it.each([
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "text/javascript",
    "text/css",
    "application/pdf",
    "",
    undefined,
  ])("saves %s, as bytes", (type) => {
    for (const status of [200, 206]) {
      const headers = answerHeaders("GET", status, {
        ...(type !== undefined && { "content-type": type }),
        "content-disposition": "inline",
      });
      expect([headers["content-type"], headers["content-disposition"]]).toEqual(["application/octet-stream", "attachment"]);
      expect(headers["content-security-policy"]).toMatch(/sandbox$/u);
    }
  });

  it("keeps the file name of a download, whatever it was to be", () => {
    const saved = (disposition: string) => answerHeaders("GET", 200, { "content-disposition": disposition })["content-disposition"];
    expect(saved(`attachment; filename="a.svg"; filename*=UTF-8''a.svg`)).toBe(`attachment; filename="a.svg"; filename*=UTF-8''a.svg`);
    expect(saved(`inline; filename="a.svg"`)).toBe(`attachment; filename="a.svg"`);
  });

  it("tells a failure as text, which no browser makes a document of, and nobody keeps", () => {
    const headers = answerHeaders("GET", 403, {
      "content-type": "application/xml",
      "cache-control": "public, max-age=9",
      "content-length": "9",
    });
    expect(headers).toMatchObject({ "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "content-length": "9" });
  });

  it("passes on what tells of the object, and nothing that was for another origin", () => {
    const passed = {
      "content-type": "image/jpeg",
      etag: '"a"',
      "content-range": "bytes 0-0/9",
      "accept-ranges": "bytes",
      "last-modified": "Sun, 29 Nov 2026 00:00:00 GMT",
      "cache-control": "private, max-age=31536000, immutable",
      "x-amz-checksum-sha256": "abc=",
    };
    const kept = {
      "set-cookie": ["a=b"],
      location: "http://minio:9000/",
      "access-control-allow-origin": "*",
      server: "MinIO",
      "content-security-policy": "block-all-mixed-content",
      "x-xss-protection": "1",
      connection: "close",
      "strict-transport-security": "max-age=1",
    };
    const headers = answerHeaders("GET", 206, { ...passed, ...kept });
    expect(headers).toMatchObject(passed);
    for (const name of ["set-cookie", "location", "access-control-allow-origin", "server", "connection", "strict-transport-security"]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it("of an upload has no type and is nothing to save", () => {
    expect(answerHeaders("PUT", 200, { etag: '"a"' })).not.toHaveProperty("content-disposition");
    expect(answerHeaders("GET", 304, { etag: '"a"' })).not.toHaveProperty("content-type");
  });
});
