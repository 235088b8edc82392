import { describe, expect, it } from "vitest";
import { S3Error } from "./error.ts";
import { parseQuery, type Target } from "./request.ts";
import { sameSignature, verifySignature } from "./sigv4.ts";

/** The examples that AWS publishes ("Signature Calculations for the Authorization Header", "Authenticating Requests: Query Parameters"). */
const settings = {
  credentials: [{ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }],
  region: "us-east-1",
  maxClockSkew: 900_000,
  now: () => Date.parse("2013-05-24T00:00:00Z"),
};
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const CREDENTIAL = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

function request(method: string, path: string, query: string, headers: Record<string, string>): Target {
  const all = { host: "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z", "x-amz-content-sha256": EMPTY, ...headers };
  return { method, path, bucket: "", key: "", query: parseQuery(query), headers: new Map(Object.entries(all)) };
}

function authorization(signedHeaders: string, signature: string): { authorization: string } {
  return { authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIAL},SignedHeaders=${signedHeaders},Signature=${signature}` };
}

const get = request("GET", "/test.txt", "", {
  range: "bytes=0-9",
  ...authorization("host;range;x-amz-content-sha256;x-amz-date", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
});

const signed = [
  ["a GET with a range", get],
  [
    "a PUT with a Date header and a $ in the key",
    request("PUT", "/test$file.text", "", {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      ...authorization(
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
      ),
    }),
  ],
  [
    "a parameter without a value",
    request(
      "GET",
      "/",
      "lifecycle",
      authorization("host;x-amz-content-sha256;x-amz-date", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    ),
  ],
  [
    "parameters in any order",
    request(
      "GET",
      "/",
      "prefix=J&max-keys=2",
      authorization("host;x-amz-content-sha256;x-amz-date", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ),
  ],
] as const;

const presignedQuery = [
  "X-Amz-Algorithm=AWS4-HMAC-SHA256",
  `X-Amz-Credential=${encodeURIComponent(CREDENTIAL)}`,
  "X-Amz-Date=20130524T000000Z",
  "X-Amz-Expires=86400",
  "X-Amz-SignedHeaders=host",
  "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
].join("&");

function presigned(query: string): Target {
  return { ...request("GET", "/test.txt", query, {}), headers: new Map([["host", "examplebucket.s3.amazonaws.com"]]) };
}

function codeOf(target: Target, changes: Partial<typeof settings> = {}): string {
  try {
    verifySignature(target, { ...settings, ...changes });
    return "verified";
  } catch (error) {
    return error instanceof S3Error ? `${error.code} ${error.message}` : String(error);
  }
}

const changed = (target: Target, headers: Record<string, string | undefined>): Target => {
  const next = new Map(target.headers);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  return { ...target, headers: next };
};
const at = (time: string) => ({ now: () => Date.parse(time) });

describe("a signature", () => {
  it.each(signed)("of AWS's own examples holds: %s", (_, target) => {
    expect(verifySignature(target, settings)).toMatchObject({ presigned: false, credential: settings.credentials[0] });
  });

  it("in the query holds until it expires", () => {
    expect(codeOf(presigned(presignedQuery))).toBe("verified");
    expect(codeOf(presigned(presignedQuery), at("2013-05-25T00:00:00Z"))).toBe("verified");
    expect(codeOf(presigned(presignedQuery), at("2013-05-25T00:00:01Z"))).toBe("AccessDenied Request has expired");
    expect(codeOf(presigned(presignedQuery), at("2013-05-23T23:40:00Z"))).toBe("AccessDenied Request is not valid yet");
  });

  it.each([
    ["the method", { ...get, method: "PUT" }, "SignatureDoesNotMatch"],
    ["the path", { ...get, path: "/Test.txt" }, "SignatureDoesNotMatch"],
    ["the query", { ...get, query: parseQuery("acl") }, "SignatureDoesNotMatch"],
    ["a signed header", changed(get, { range: "bytes=0-10" }), "SignatureDoesNotMatch"],
    ["a signed header that is missing", changed(get, { range: undefined }), "SignatureDoesNotMatch"],
    ["the payload's hash", changed(get, { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }), "SignatureDoesNotMatch"],
    ["an x-amz- header that was not signed", changed(get, { "x-amz-acl": "private" }), "AccessDenied"],
    ["no signature at all", changed(get, { authorization: undefined }), "AccessDenied"],
    ["an older scheme", changed(get, { authorization: "AWS AKIA:abc" }), "InvalidRequest"],
    ["an unknown key", changed(get, { authorization: get.headers.get("authorization")?.replace("AKIA", "AKIB") }), "InvalidAccessKeyId"],
    [
      "another region",
      changed(get, { authorization: get.headers.get("authorization")?.replace("us-east-1", "eu-west-1") }),
      "AuthorizationHeaderMalformed",
    ],
    [
      "another day in the scope",
      changed(get, { authorization: get.headers.get("authorization")?.replace("20130524", "20130525") }),
      "AuthorizationHeaderMalformed",
    ],
    ["a date that is none", changed(get, { "x-amz-date": "yesterday" }), "AccessDenied"],
    ["no hash of the payload", changed(get, { "x-amz-content-sha256": undefined }), "InvalidRequest"],
    [
      "a signature of half the length",
      changed(get, { authorization: get.headers.get("authorization")?.slice(0, -32) }),
      "SignatureDoesNotMatch",
    ],
    ["a week and a second", presigned(presignedQuery.replace("86400", "604801")), "AuthorizationQueryParametersError"],
    ["no time at all", presigned(presignedQuery.replace("86400", "0")), "AuthorizationQueryParametersError"],
    ["a longer time than was signed", presigned(presignedQuery.replace("86400", "86401")), "SignatureDoesNotMatch"],
    [
      "another signature scheme in the query",
      presigned(presignedQuery.replace("AWS4-HMAC", "AWS4-ECDSA")),
      "AuthorizationQueryParametersError",
    ],
    ["a query without its date", presigned(presignedQuery.replace("X-Amz-Date", "X-Amz-Data")), "AuthorizationQueryParametersError"],
  ])("is refused for %s", (_, target, code) => {
    expect(codeOf(target).split(" ")[0]).toBe(code);
  });

  it("in a header may be 15 minutes off and no more", () => {
    expect(codeOf(get, at("2013-05-24T00:15:00Z"))).toBe("verified");
    expect(codeOf(get, at("2013-05-23T23:45:00Z"))).toBe("verified");
    expect(codeOf(get, at("2013-05-24T00:15:01Z"))).toMatch(/^RequestTimeTooSkewed/u);
  });

  it("is compared whole, in upper or lower case, and never by its beginning", () => {
    const expected = Buffer.from("00ff".repeat(16), "hex");
    expect(sameSignature(expected, "00ff".repeat(16))).toBe(true);
    for (const wrong of ["", "00ff", "00ff".repeat(17), `${"00ff".repeat(15)}00fe`, `${"00ff".repeat(16)}zz`]) {
      expect(sameSignature(expected, wrong)).toBe(false);
    }
  });
});
