import { describe, expect, it } from "vitest";
import { createSigners } from "./store-s3-sign.ts";

const OPTIONS = {
  endpoint: "http://127.0.0.1:3001",
  bucket: "photos",
  region: "us-east-1",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

describe("the store's signer", () => {
  const signerOf = createSigners(OPTIONS);

  it("pins length, type, checksum and absence of a PUT, and tells the headers that a browser must send", async () => {
    const sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const put = await signerOf(OPTIONS.endpoint).put({ key: "a.jpg", size: 10, type: "image/jpeg", sha256, expiresIn: 900 });
    expect(put.headers).toEqual({
      "content-type": "image/jpeg",
      "if-none-match": "*",
      "x-amz-checksum-sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    });
    expect(new URL(put.url).searchParams.get("X-Amz-SignedHeaders")).toBe(
      "content-length;content-type;host;if-none-match;x-amz-checksum-sha256",
    );
  });

  it("pins number, upload and length of a part", async () => {
    const part = await signerOf(OPTIONS.endpoint).part({ key: "a.jpg", id: "u/1", number: 3, size: 10, expiresIn: 900 });
    const { searchParams } = new URL(part.url);
    expect([searchParams.get("partNumber"), searchParams.get("uploadId"), searchParams.get("X-Amz-SignedHeaders")]).toEqual([
      "3",
      "u/1",
      "content-length;host",
    ]);
  });

  it("is one for each origin that browsers use, and forgets the oldest when somebody invents many", () => {
    const first = signerOf("http://192.168.1.5:3001");
    expect(signerOf("http://192.168.1.5:3001")).toBe(first);
    expect(first.get({ key: "a.jpg" })).toMatch(/^http:\/\/192\.168\.1\.5:3001\/photos\/a\.jpg\?/u);
    for (let i = 0; i < 20; i++) signerOf(`http://host-${i}:3001`);
    expect(signerOf("http://192.168.1.5:3001")).not.toBe(first);
  });
});
