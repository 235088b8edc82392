import { describe, expect, it } from "vitest";
import { createUrlSigner, MAX_EXPIRY, type SignOptions } from "./sign.ts";

/** The example of AWS's own documentation ("Authenticating Requests: Using Query Parameters"). */
const EXAMPLE: SignOptions = {
  endpoint: "https://s3.amazonaws.com",
  bucket: "examplebucket",
  region: "us-east-1",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  pathStyle: false,
};
const at = new Date("2013-05-24T00:00:00.000Z");

describe("signed URLs", () => {
  it("equal the published example", () => {
    const sign = createUrlSigner(EXAMPLE);
    expect(sign({ method: "GET", key: "test.txt", expiresIn: 86_400, at })).toBe(
      "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z" +
        "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
  });

  it("keep the port, the path of the endpoint and the slashes of the key, and escape all else", () => {
    const sign = createUrlSigner({ ...EXAMPLE, endpoint: "http://127.0.0.1:3001/s3/", pathStyle: true });
    const url = sign({ method: "GET", key: "a b/ü!'()*+.jpg", expiresIn: 60, at });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3001\/s3\/examplebucket\/a%20b\/%C3%BC%21%27%28%29%2A%2B\.jpg\?/u);
  });

  it("sign the headers that they name, in order", () => {
    const sign = createUrlSigner(EXAMPLE);
    const headers = { "x-amz-checksum-sha256": "abc=", "content-type": "image/jpeg" };
    const put = new URL(sign({ method: "PUT", key: "a", headers, expiresIn: 60, at }));
    expect(put.searchParams.get("X-Amz-SignedHeaders")).toBe("content-type;host;x-amz-checksum-sha256");
    const other = new URL(sign({ method: "PUT", key: "a", headers: { ...headers, "content-type": "image/png" }, expiresIn: 60, at }));
    expect(other.searchParams.get("X-Amz-Signature")).not.toBe(put.searchParams.get("X-Amz-Signature"));
  });

  it("follow the day: its key is derived again when it changes", () => {
    const sign = createUrlSigner(EXAMPLE);
    const fresh = (time: Date): string => createUrlSigner(EXAMPLE)({ method: "GET", key: "a", expiresIn: 60, at: time });
    const next = new Date(at.getTime() + 86_400_000);
    for (const time of [at, next, at]) expect(sign({ method: "GET", key: "a", expiresIn: 60, at: time })).toBe(fresh(time));
  });

  it("live a week at most", () => {
    expect(() => createUrlSigner(EXAMPLE)({ method: "GET", key: "a", expiresIn: MAX_EXPIRY + 1, at })).toThrow(RangeError);
  });
});
