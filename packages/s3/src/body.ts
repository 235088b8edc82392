import type { IncomingMessage } from "node:http";
import { CHECKSUM_NAMES, type ChecksumName, DIGEST_BYTES, type DigestName, digestOf, isChecksumName } from "./checksum.ts";
import { decodeChunked, type Trailers } from "./chunked.ts";
import { S3Error } from "./error.ts";
import type { Signed } from "./sigv4.ts";

/** The largest body of one PUT or one part, and the largest XML document that we read. */
const MAX_BODY = 5 * 1024 ** 3;
const MAX_DOCUMENT = 1024 ** 2;

type Digests = ReadonlyMap<DigestName, Buffer>;

/** The body of a request, decoded, with everything that the client promised about it. */
export type Body = {
  chunks: AsyncIterable<Buffer>;
  /** Bytes of the decoded body. */
  size: number;
  /** What must be computed over the body so that `verify` can compare. */
  wanted: ReadonlySet<DigestName>;
  /** Call after the last chunk. Throws IncompleteBody, BadDigest or XAmzContentSHA256Mismatch. */
  verify: (size: number, digests: Digests) => void;
  /** The checksum that S3 keeps with the object: the one that the client named, if any. */
  checksum: ChecksumName | undefined;
  /** The checksum whose value came in a header of the request, before the body. */
  pinned: ChecksumName | undefined;
};

type Headers = ReadonlyMap<string, string>;
type Promised = { name: DigestName; value: Buffer; from: string };

/** Looks at the headers only, so that a refusal costs no upload. Throws MissingContentLength, EntityTooLarge, InvalidDigest and others. */
export function openBody(request: IncomingMessage, headers: Headers, signed: Signed): Body {
  const streaming = signed.payload.startsWith("STREAMING-");
  const size = sizeOf(headers, streaming);
  const promised = [...payloadHash(signed), ...contentMd5(headers), ...checksumHeader(headers)];
  const trailing = streaming ? trailingChecksum(headers) : undefined;
  const trailers: Trailers = new Map();
  const named = promised.find(({ from }) => from.startsWith("x-amz-checksum-"))?.name ?? trailing ?? algorithmHeader(headers);
  const checksum = named !== undefined && isChecksumName(named) ? named : undefined;

  return {
    chunks: streaming ? decodeChunked(bytesOf(request), streamOptions(signed, trailers)) : bytesOf(request),
    size,
    wanted: new Set([...promised.map(({ name }) => name), ...(checksum ? [checksum] : [])]),
    checksum,
    pinned: checksum !== undefined && headers.has(`x-amz-checksum-${checksum}`) ? checksum : undefined,
    verify(received, digests) {
      if (received !== size) throw new S3Error("IncompleteBody");
      const late = trailing ? parseChecksum(trailing, trailers.get(`x-amz-checksum-${trailing}`)) : [];
      for (const { name, value, from } of [...promised, ...late]) {
        if (!digests.get(name)?.equals(value)) throw mismatch(name, from);
      }
    },
  };
}

/** Reads a whole XML document and verifies it. Throws MaxMessageLengthExceeded above 1 MiB. */
export async function readDocument(request: IncomingMessage, headers: Headers, signed: Signed): Promise<string> {
  const body = openBody(request, headers, signed);
  if (body.size > MAX_DOCUMENT) throw new S3Error("MaxMessageLengthExceeded");
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of body.chunks) {
    received += chunk.length;
    if (received > body.size) throw new S3Error("IncompleteBody");
    chunks.push(chunk);
  }
  const data = Buffer.concat(chunks);
  body.verify(data.length, new Map([...body.wanted].map((name) => [name, digestOf(name, data)])));
  return data.toString("utf8");
}

/** The bytes of a request. Its connection stays open when the reading ends early, so that the client can be told why. */
export function bytesOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

function sizeOf(headers: Headers, streaming: boolean): number {
  const text = headers.get(streaming ? "x-amz-decoded-content-length" : "content-length");
  if (text === undefined) {
    if (!streaming && !headers.has("transfer-encoding")) return 0;
    throw new S3Error("MissingContentLength");
  }
  const size = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(size)) throw new S3Error("InvalidArgument", "The content length is not a number.");
  if (size > MAX_BODY) throw new S3Error("EntityTooLarge", undefined, { ProposedSize: text, MaxSizeAllowed: String(MAX_BODY) });
  return size;
}

function payloadHash({ payload }: Signed): Promised[] {
  if (payload === "UNSIGNED-PAYLOAD" || payload.startsWith("STREAMING-")) return [];
  if (!/^[0-9a-f]{64}$/u.test(payload)) {
    throw new S3Error("InvalidArgument", "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- scheme or a sha256 in hex.");
  }
  return [{ name: "sha256", value: Buffer.from(payload, "hex"), from: "x-amz-content-sha256" }];
}

function contentMd5(headers: Headers): Promised[] {
  const text = headers.get("content-md5");
  if (text === undefined) return [];
  const value = Buffer.from(text, "base64");
  if (value.length !== DIGEST_BYTES.md5 || value.toString("base64") !== text) throw new S3Error("InvalidDigest");
  return [{ name: "md5", value, from: "content-md5" }];
}

function checksumHeader(headers: Headers): Promised[] {
  const given = CHECKSUM_NAMES.filter((name) => headers.has(`x-amz-checksum-${name}`));
  if (given.length > 1) {
    throw new S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.");
  }
  return given.flatMap((name) => parseChecksum(name, headers.get(`x-amz-checksum-${name}`)));
}

function parseChecksum(name: ChecksumName, text: string | undefined): Promised[] {
  const from = `x-amz-checksum-${name}`;
  const value = Buffer.from(text ?? "", "base64");
  if (value.length !== DIGEST_BYTES[name] || value.toString("base64") !== text) {
    throw new S3Error("InvalidRequest", `Value for ${from} header is invalid.`);
  }
  return [{ name, value, from }];
}

function trailingChecksum(headers: Headers): ChecksumName | undefined {
  const announced = (headers.get("x-amz-trailer") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const names = announced.filter((name) => name.startsWith("x-amz-checksum-")).map((name) => name.slice("x-amz-checksum-".length));
  const [name, more] = names;
  if (name === undefined) return undefined;
  if (!isChecksumName(name) || more !== undefined) {
    throw new S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
  }
  return name;
}

function algorithmHeader(headers: Headers): ChecksumName | undefined {
  const name = headers.get("x-amz-sdk-checksum-algorithm")?.toLowerCase();
  return name !== undefined && isChecksumName(name) ? name : undefined;
}

function streamOptions({ payload, seed }: Signed, trailers: Trailers): { seed?: Signed["seed"]; trailers?: Trailers } {
  if (payload === "STREAMING-UNSIGNED-PAYLOAD-TRAILER") return { trailers };
  if (payload === "STREAMING-AWS4-HMAC-SHA256-PAYLOAD") return { seed };
  if (payload === "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER") return { seed, trailers };
  throw new S3Error("NotImplemented", `The payload scheme ${payload} is not implemented.`);
}

function mismatch(name: DigestName, from: string): S3Error {
  if (from === "x-amz-content-sha256") return new S3Error("XAmzContentSHA256Mismatch");
  if (name === "md5") return new S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.");
  return new S3Error("BadDigest", `The ${name.toUpperCase()} you specified did not match the calculated checksum.`);
}
