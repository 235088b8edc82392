import { createHash, createHmac } from "node:crypto";

/** A signer of S3 requests that is written for tests alone, so that it shares no mistake with the server, and can be made to sign nonsense. */
export type Keys = { accessKeyId: string; secretAccessKey: string };

export type SignOptions = {
  method: string;
  /** The path as it goes over the wire, already percent-encoded. */
  path: string;
  /** Sorted by name when signed; in this order on the wire. */
  query?: readonly (readonly [string, string])[];
  headers: Record<string, string>;
  /** `UNSIGNED-PAYLOAD`, a `STREAMING-…` scheme or a sha256 in hex. */
  payload: string;
  keys: Keys;
  region?: string;
  at?: Date;
};

export type SignedHeaders = { headers: Record<string, string>; seed: { signature: string; key: Buffer; date: string; scope: string } };

/** The headers of the request with `x-amz-date`, `x-amz-content-sha256` and `authorization`; `host` must be among those given. */
export function signHeaders(options: SignOptions): SignedHeaders {
  const date = amzDate(options.at ?? new Date());
  const headers: Record<string, string> = { ...options.headers, "x-amz-date": date, "x-amz-content-sha256": options.payload };
  const { signature, names, scope, key } = sign({ ...options, headers }, date);
  const credential = `Credential=${options.keys.accessKeyId}/${scope}`;
  headers["authorization"] = `AWS4-HMAC-SHA256 ${credential},SignedHeaders=${names},Signature=${signature}`;
  return { headers, seed: { signature, key, date, scope } };
}

/** The path and query of a presigned request; `headers` are those that it pins, `host` among them. */
export function presign(options: Omit<SignOptions, "payload"> & { expires: number; payload?: string }): string {
  const date = amzDate(options.at ?? new Date());
  const { names, scope } = scopeOf(options, date);
  const query: [string, string][] = [
    ...(options.query ?? []).map(([name, value]): [string, string] => [name, value]),
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", `${options.keys.accessKeyId}/${scope}`],
    ["X-Amz-Date", date],
    ["X-Amz-Expires", String(options.expires)],
    ["X-Amz-SignedHeaders", names],
  ];
  const { signature } = sign({ ...options, query, payload: options.payload ?? "UNSIGNED-PAYLOAD" }, date);
  return `${options.path}?${[...query, ["X-Amz-Signature", signature] as const].map(pair).join("&")}`;
}

/** One chunk of a streamed body, chained to the signature before it. */
export function signChunk(seed: SignedHeaders["seed"], before: string, data: Uint8Array): { frame: Buffer; signature: string } {
  const toSign = ["AWS4-HMAC-SHA256-PAYLOAD", seed.date, seed.scope, before, sha256(""), sha256(data)].join("\n");
  const signature = hmac(seed.key, toSign).toString("hex");
  const head = `${data.length.toString(16)};chunk-signature=${signature}\r\n`;
  return { frame: Buffer.concat([Buffer.from(head), data, Buffer.from("\r\n")]), signature };
}

/** The trailing headers of a streamed body with their signature. */
export function signTrailers(seed: SignedHeaders["seed"], before: string, trailers: Record<string, string>): string {
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}\n`);
  const toSign = ["AWS4-HMAC-SHA256-TRAILER", seed.date, seed.scope, before, sha256(lines.join(""))].join("\n");
  const signature = hmac(seed.key, toSign).toString("hex");
  return `${lines.map((line) => line.replace("\n", "\r\n")).join("")}x-amz-trailer-signature:${signature}\r\n\r\n`;
}

/** In hex; a string is taken as Latin-1, as it goes over the wire. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256")
    .update(typeof data === "string" ? Buffer.from(data, "latin1") : data)
    .digest("hex");
}

/** In hex; a string is taken as UTF-8, as a body is. */
export function md5(data: string | Uint8Array): string {
  return createHash("md5").update(data).digest("hex");
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** The day's key. */
export function dayKey({ secretAccessKey }: Keys, scope: string): Buffer {
  return scope.split("/").reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`));
}

export function amzDate(at: Date): string {
  return at.toISOString().replaceAll(/[-:]|\.\d{3}/gu, "");
}

/** `encodeURIComponent` with the characters that it leaves out. */
export function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, (character) => `%${character.codePointAt(0)?.toString(16).toUpperCase()}`);
}

/** A key as a path. */
export function encodeKey(key: string): string {
  return key.split("/").map(encode).join("/");
}

function pair([name, value]: readonly [string, string]): string {
  return `${encode(name)}=${encode(value)}`;
}

function scopeOf({ headers, region = "us-east-1" }: Pick<SignOptions, "headers" | "region">, date: string) {
  const names = Object.keys(headers)
    .map((name) => name.toLowerCase())
    .toSorted();
  return { names: names.join(";"), scope: `${date.slice(0, 8)}/${region}/s3/aws4_request` };
}

function sign(options: SignOptions, date: string): { signature: string; names: string; scope: string; key: Buffer } {
  const { names, scope } = scopeOf(options, date);
  const lower = new Map(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const request = [
    options.method,
    options.path,
    (options.query ?? []).map(pair).toSorted().join("&"),
    ...names.split(";").map((name) => `${name}:${lower.get(name)?.trim()}`),
    "",
    names,
    options.payload,
  ].join("\n");
  const key = dayKey(options.keys, scope);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(request)].join("\n")).toString("hex");
  return { signature, names, scope, key };
}
