import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { S3Error } from "./error.ts";
import { headerText, parseQuery, parseTarget } from "./request.ts";
import { verifySignature } from "./sigv4.ts";

/** What Node gives of a request, as far as it is read here. */
function incoming(url: string, rawHeaders: string[] = []): IncomingMessage {
  return { method: "GET", url, rawHeaders } as unknown as IncomingMessage;
}

describe("the target of a request", () => {
  it.each([
    ["/", "", ""],
    ["/photos", "photos", ""],
    ["/photos/", "photos", ""],
    ["/photos/a/b", "photos", "a/b"],
    ["/photos//a", "photos", "/a"],
    ["/photos/a%2Fb%20c+d", "photos", "a/b c+d"],
    ["/photos/../other", "photos", "../other"],
    ["/photos/a?b=/c/d", "photos", "a"],
    ["/photos/%0A%00", "photos", "\n\0"],
    ["http://127.0.0.1:9000/photos/a", "photos", "a"],
  ])("%s is the bucket %j and the key %j", (url, bucket, key) => {
    expect(parseTarget(incoming(url))).toMatchObject({ bucket, key });
  });

  it("has its parameters decoded, the first of each name", () => {
    const query = parseQuery("a=1+2%2B&b&c=&a=3&%C3%A9=%26");
    expect([query.get("a"), query.get("b"), query.get("c"), query.get("é"), query.get("d"), query.has("b")]).toEqual([
      "1 2+",
      "",
      "",
      "&",
      undefined,
      true,
    ]);
  });

  it("has the values of a header that comes twice in their order", () => {
    const { headers } = parseTarget(incoming("/", ["X-Amz-Meta-A", "1", "Host", "h", "x-amz-meta-a", "2"]));
    expect([...headers]).toEqual([
      ["x-amz-meta-a", "1,2"],
      ["host", "h"],
    ]);
  });

  it("has headers that are UTF-8 where they are, and Latin-1 where they are not", () => {
    expect([headerText(Buffer.from("été").toString("latin1")), headerText("\u00e9t\u00e9"), headerText("plain")]).toEqual([
      "été",
      "\u00e9t\u00e9",
      "plain",
    ]);
  });

  it("of random bytes is refused and nothing worse, and no random signature holds", () => {
    const settings = { credentials: [{ accessKeyId: "a", secretAccessKey: "b" }], region: "r", maxClockSkew: 1, now: () => 0 };
    const piece = fc.constantFrom(
      "AWS4-HMAC-SHA256 ",
      "Credential=",
      "a/19700101/r/s3/aws4_request",
      "SignedHeaders=",
      "host",
      "Signature=",
      "00",
      ",",
      "=",
      "%",
      "&",
      "X-Amz-",
      "Signature",
      "Date",
      "é",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, text, text, (path, query, authorization) => {
        const headers = [
          "host",
          "h",
          "x-amz-date",
          "19700101T000000Z",
          "x-amz-content-sha256",
          "UNSIGNED-PAYLOAD",
          "authorization",
          authorization,
        ];
        expect(() => {
          verifySignature(parseTarget(incoming(`/${path}?${query}`, headers)), settings);
        }).toThrow(S3Error);
      }),
    );
  });
});
