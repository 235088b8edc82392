import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ALGORITHM, type Claim, claimOfHeader, claimOfQuery } from "./claim.ts";
import { S3Error } from "./error.ts";
import type { Target } from "./request.ts";

/**
 * Who may use the server. Without `prefixes` everything; else only keys that start with one of them, each written as
 * `bucket/key-prefix`, for example `photos/library/ada/`.
 */
export type Credential = { accessKeyId: string; secretAccessKey: string; prefixes?: readonly string[] };

export type SignatureSettings = {
  credentials: readonly Credential[];
  region: string;
  /** How far the client's clock may be off, in milliseconds. */
  maxClockSkew: number;
  now: () => number;
};

/** A request whose signature holds. */
export type Signed = {
  credential: Credential;
  /** What the signature says of the body: a sha256 in hex, `UNSIGNED-PAYLOAD` or a `STREAMING-…` scheme. */
  payload: string;
  presigned: boolean;
  /** What the signatures of the chunks of a streamed body are chained to. */
  seed: { key: Buffer; date: string; scope: string; signature: string };
};

/** Verifies the signature in the Authorization header or in the query. Throws AccessDenied and its relatives. */
export function verifySignature(target: Target, settings: SignatureSettings): Signed {
  const claim = target.query.has("X-Amz-Signature") || target.query.has("X-Amz-Algorithm") ? claimOfQuery(target) : claimOfHeader(target);
  checkTime(target, claim, settings);
  checkScope(claim, settings);
  const credential = settings.credentials.find((candidate) => candidate.accessKeyId === claim.accessKeyId);
  if (!credential) throw new S3Error("InvalidAccessKeyId", undefined, { AWSAccessKeyId: claim.accessKeyId });
  checkSignedHeaders(target, claim);
  const scope = claim.scope.join("/");
  const key = signingKey(credential.secretAccessKey, claim.scope);
  const request = canonicalRequest(target, claim.signedHeaders, claim.payload);
  const toSign = [ALGORITHM, claim.date, scope, sha256Hex(request)].join("\n");
  if (!sameSignature(hmac(key, toSign), claim.signature)) {
    throw new S3Error("SignatureDoesNotMatch", undefined, {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: toSign,
      CanonicalRequest: request,
    });
  }
  return {
    credential,
    payload: claim.payload,
    presigned: claim.presigned,
    seed: { key, date: claim.date, scope, signature: claim.signature },
  };
}

/** The canonical request of the specification; header values are Latin-1 bytes. */
function canonicalRequest(target: Target, signedHeaders: readonly string[], payload: string): string {
  const query = target.query.entries
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .toSorted(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  const headers = signedHeaders.map((name) => `${name}:${(target.headers.get(name) ?? "").trim().replaceAll(/ +/gu, " ")}\n`).join("");
  return [target.method, uriEncode(target.path).replaceAll("%2F", "/"), query, headers, signedHeaders.join(";"), payload].join("\n");
}

let lastKey: { of: string; key: Buffer } | undefined;

/** The day's key for a scope of [date, region, service, "aws4_request"]; the last one is remembered. */
export function signingKey(secret: string, scope: readonly string[]): Buffer {
  const of = [secret, ...scope].join("\n");
  if (lastKey?.of === of) return lastKey.key;
  const key = scope.reduce<Buffer>((before, part) => hmac(before, part), Buffer.from(`AWS4${secret}`));
  lastKey = { of, key };
  return key;
}

/** Compares in constant time. */
export function sameSignature(expected: Buffer, hex: string): boolean {
  const given = Buffer.from(hex, "hex");
  return given.length === expected.length && hex.length === 2 * given.length && timingSafeEqual(given, expected);
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "latin1").digest();
}

function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "latin1").digest("hex");
}

/** Milliseconds of `YYYYMMDDTHHMMSSZ`. */
export function parseAmzDate(date: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(date) ?? [];
  return year === undefined ? Number.NaN : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function checkTime({ query }: Target, claim: Claim, { now, maxClockSkew }: SignatureSettings): void {
  const signedAt = parseAmzDate(claim.date);
  if (Number.isNaN(signedAt)) throw new S3Error("AccessDenied", "The date of the signature must be of the form YYYYMMDDTHHMMSSZ.");
  const serverTime = now();
  if (!claim.presigned) {
    if (Math.abs(serverTime - signedAt) <= maxClockSkew) return;
    throw new S3Error("RequestTimeTooSkewed", undefined, {
      RequestTime: claim.date,
      ServerTime: new Date(serverTime).toISOString(),
      MaxAllowedSkewMilliseconds: String(maxClockSkew),
    });
  }
  if (signedAt - serverTime > maxClockSkew) throw new S3Error("AccessDenied", "Request is not valid yet");
  const expiresAt = signedAt + Number(query.get("X-Amz-Expires")) * 1000;
  if (serverTime <= expiresAt) return;
  throw new S3Error("AccessDenied", "Request has expired", {
    Expires: new Date(expiresAt).toISOString(),
    ServerTime: new Date(serverTime).toISOString(),
  });
}

function checkScope(claim: Claim, { region }: SignatureSettings): void {
  const code = claim.presigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed";
  const [date, givenRegion, service, end] = claim.scope;
  if (date !== claim.date.slice(0, 8)) throw new S3Error(code, "The date of the credential scope is not the date of the signature.");
  if (givenRegion !== region) {
    throw new S3Error(code, `The region '${givenRegion}' is wrong; expecting '${region}'`, { Region: region });
  }
  if (service !== "s3" || end !== "aws4_request") throw new S3Error(code, "The credential scope must end in s3/aws4_request.");
}

/** The host and every `x-amz-` header must be covered by the signature, and every covered header must be there. */
function checkSignedHeaders({ headers }: Target, claim: Claim): void {
  const signed = new Set(claim.signedHeaders);
  const unsigned = [...headers.keys()].filter((name) => name.startsWith("x-amz-") && !signed.has(name));
  if (!signed.has("host")) unsigned.push("host");
  if (unsigned.length > 0) {
    throw new S3Error("AccessDenied", "There were headers present in the request which were not signed", {
      HeadersNotSigned: unsigned.join(", "),
    });
  }
  const missing = claim.signedHeaders.filter((name) => !headers.has(name));
  if (missing.length > 0) {
    throw new S3Error("SignatureDoesNotMatch", `These signed headers are missing from the request: ${missing.join(", ")}`);
  }
}

/** Percent-encodes everything but `A-Z a-z 0-9 - . _ ~`. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, (character) => `%${Buffer.from(character).toString("hex").toUpperCase()}`);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
