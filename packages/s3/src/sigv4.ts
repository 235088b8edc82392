import { createHash, createHmac, timingSafeEqual } from "node:crypto";
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

type Claim = {
  accessKeyId: string;
  scope: string[];
  signedHeaders: string[];
  signature: string;
  date: string;
  payload: string;
  presigned: boolean;
};

const ALGORITHM = "AWS4-HMAC-SHA256";
const WEEK_SECONDS = 604_800;

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

function claimOfHeader({ headers }: Target): Claim {
  const header = headers.get("authorization");
  if (header === undefined) throw new S3Error("AccessDenied", "Anonymous access is not allowed: sign the request with AWS4-HMAC-SHA256.");
  if (!header.startsWith(ALGORITHM)) {
    throw new S3Error("InvalidRequest", `The authorization mechanism that you provided is not supported. Please use ${ALGORITHM}.`);
  }
  const fields = new Map(
    header
      .slice(ALGORITHM.length)
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=");
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const;
      }),
  );
  const [accessKeyId, ...scope] = splitCredential(fields.get("Credential"), "AuthorizationHeaderMalformed");
  const signature = fields.get("Signature");
  const signedHeaders = fields.get("SignedHeaders");
  if (!signature || !signedHeaders) throw new S3Error("AuthorizationHeaderMalformed");
  const payload = headers.get("x-amz-content-sha256");
  if (payload === undefined) throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(";"), signature, date: dateOf(headers), payload, presigned: false };
}

function claimOfQuery({ query, headers }: Target): Claim {
  const malformed = (message: string) => new S3Error("AuthorizationQueryParametersError", message);
  const read = (name: string): string => {
    const value = query.get(name);
    if (value === undefined || value === "") throw malformed(`Query-string authentication needs the parameter ${name}.`);
    return value;
  };
  if (headers.has("authorization")) {
    throw new S3Error("InvalidArgument", "Only one auth mechanism allowed: the query or the Authorization header.");
  }
  if (read("X-Amz-Algorithm") !== ALGORITHM) throw malformed(`X-Amz-Algorithm only supports ${ALGORITHM}.`);
  const [accessKeyId, ...scope] = splitCredential(read("X-Amz-Credential"), "AuthorizationQueryParametersError");
  const expires = Number(read("X-Amz-Expires"));
  if (!Number.isInteger(expires) || expires < 1 || expires > WEEK_SECONDS) {
    throw malformed(`X-Amz-Expires must be a number of seconds between 1 and ${WEEK_SECONDS} (a week).`);
  }
  const signedHeaders = read("X-Amz-SignedHeaders").split(";");
  const inHeader = signedHeaders.includes("x-amz-content-sha256") ? headers.get("x-amz-content-sha256") : undefined;
  const payload = inHeader ?? query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD";
  return { accessKeyId, scope, signedHeaders, signature: read("X-Amz-Signature"), date: read("X-Amz-Date"), payload, presigned: true };
}

function splitCredential(
  text: string | undefined,
  code: "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError",
): [string, ...string[]] {
  const parts = (text ?? "").split("/");
  const accessKeyId = parts.slice(0, -4).join("/");
  if (parts.length < 5 || accessKeyId === "") {
    throw new S3Error(code, "The Credential must be <access key>/<date>/<region>/s3/aws4_request.");
  }
  return [accessKeyId, ...parts.slice(-4)];
}

function dateOf(headers: ReadonlyMap<string, string>): string {
  const date = headers.get("x-amz-date");
  if (date !== undefined) return date;
  const parsed = new Date(headers.get("date") ?? "");
  if (Number.isNaN(parsed.getTime())) throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header.");
  return parsed.toISOString().replaceAll(/[-:]|\.\d{3}/gu, "");
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
