import { createHash, type Hash } from "node:crypto";
import { S3Error } from "./error.ts";
import { hmac, sameSignature, type Signed } from "./sigv4.ts";

/** What was behind the last chunk: trailing headers by lower-case name. Filled when the stream has been read. */
export type Trailers = Map<string, string>;

export type ChunkedOptions = {
  /** Present when every chunk is signed, chained to the signature of the request. */
  seed?: Signed["seed"];
  /** Whether headers follow the last chunk. */
  trailers?: Trailers;
};

const LINE_BYTES = 16_384;
const EMPTY_HASH = createHash("sha256").digest("hex");

/**
 * Takes the chunks of an `aws-chunked` body apart and gives their data as it comes; the signature of a chunk is checked at its end,
 * so nothing may be kept before the stream has ended. Throws IncompleteBody, InvalidRequest or SignatureDoesNotMatch.
 */
export async function* decodeChunked(source: AsyncIterable<Buffer>, options: ChunkedOptions): AsyncGenerator<Buffer, undefined> {
  const input = reader(source);
  try {
    yield* decode(input, options);
  } finally {
    await input.close();
  }
}

async function* decode(input: Reader, options: ChunkedOptions): AsyncGenerator<Buffer, undefined> {
  let signature = options.seed?.signature ?? "";
  for (;;) {
    const head = parseHead(await input.line(), options);
    const hash = options.seed ? createHash("sha256") : undefined;
    yield* data(input, head.size, hash);
    if (options.seed && hash) signature = checkChunk(options.seed, signature, hash, head.signature);
    if (head.size === 0) break;
    if ((await input.line()) !== "") throw malformed("A chunk is longer than its size says.");
  }
  await readTrailers(input, options, signature);
  if (!(await input.ended())) throw malformed("There is data behind the last chunk.");
}

type Reader = {
  /** The text up to the next CRLF, which is taken away. */
  line(): Promise<string>;
  /** Between 1 and `limit` bytes. */
  take(limit: number): Promise<Buffer>;
  ended(): Promise<boolean>;
  /** Lets go of the source, however much of it is left. */
  close(): Promise<void>;
};

function reader(source: AsyncIterable<Buffer>): Reader {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const next = await iterator.next();
    if (next.done === true) return false;
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    return true;
  }

  return {
    async line() {
      for (let end = rest.indexOf("\r\n"); ; end = rest.indexOf("\r\n")) {
        if (end >= 0) {
          const line = rest.toString("latin1", 0, end);
          rest = rest.subarray(end + 2);
          return line;
        }
        if (rest.length > LINE_BYTES) throw malformed("A chunk header is too long.");
        if (!(await more())) throw new S3Error("IncompleteBody");
      }
    },
    async take(limit) {
      while (rest.length === 0) if (!(await more())) throw new S3Error("IncompleteBody");
      const taken = rest.subarray(0, limit);
      rest = rest.subarray(taken.length);
      return taken;
    },
    async ended() {
      while (rest.length === 0) if (!(await more())) return true;
      return false;
    },
    async close() {
      await iterator.return?.();
    },
  };
}

async function* data(input: Reader, size: number, hash: Hash | undefined): AsyncGenerator<Buffer, undefined> {
  for (let left = size; left > 0;) {
    const piece = await input.take(left);
    hash?.update(piece);
    left -= piece.length;
    yield piece;
  }
}

function parseHead(line: string, { seed }: ChunkedOptions): { size: number; signature: string } {
  const match = /^(?<size>[0-9a-fA-F]{1,13})(?:;chunk-signature=(?<signature>[0-9a-f]{64}))?$/u.exec(line.trim());
  const size = match?.groups?.["size"];
  const signature = match?.groups?.["signature"] ?? "";
  if (size === undefined) throw malformed("A chunk header is not <size>[;chunk-signature=<signature>].");
  if (seed && signature === "") throw new S3Error("SignatureDoesNotMatch", "A chunk has no signature.");
  return { size: Number.parseInt(size, 16), signature };
}

function checkChunk(seed: Signed["seed"], before: string, hash: Hash, given: string): string {
  const toSign = ["AWS4-HMAC-SHA256-PAYLOAD", seed.date, seed.scope, before, EMPTY_HASH, hash.digest("hex")].join("\n");
  return check(seed, toSign, given);
}

async function readTrailers(input: Reader, { seed, trailers }: ChunkedOptions, signature: string): Promise<void> {
  let signed = "";
  let given: string | undefined;
  for (let line = await lastLine(input); line !== ""; line = await lastLine(input)) {
    const colon = line.indexOf(":");
    if (!trailers || colon < 1) throw malformed("A trailing header was not announced.");
    const name = line.slice(0, colon).toLowerCase().trim();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") given = value;
    else signed += `${name}:${value}\n`;
    trailers.set(name, value);
  }
  if (!seed || !trailers) return;
  const hash = createHash("sha256").update(signed, "latin1").digest("hex");
  check(seed, ["AWS4-HMAC-SHA256-TRAILER", seed.date, seed.scope, signature, hash].join("\n"), given ?? "");
}

/** Some clients leave out the empty line behind the trailers: the end of the body stands for it. */
async function lastLine(input: Reader): Promise<string> {
  return (await input.ended()) ? "" : input.line();
}

function check(seed: Signed["seed"], toSign: string, given: string): string {
  if (!sameSignature(hmac(seed.key, toSign), given)) throw new S3Error("SignatureDoesNotMatch", "The signature of a chunk does not match.");
  return given;
}

function malformed(message: string): S3Error {
  return new S3Error("InvalidRequest", message);
}
