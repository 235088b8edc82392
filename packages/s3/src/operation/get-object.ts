import type { Call, Reply } from "../call.ts";
import { checkRead, rangeStillHolds } from "../condition.ts";
import type { ObjectEntry } from "../disk/entry.ts";
import { closeFile } from "../disk/file.ts";
import { S3Error } from "../error.ts";
import { checksumHeaders, headerBytes, objectHeaders } from "../metadata.ts";
import { parseRange } from "../range.ts";

/** What `response-…` parameters of a signed GET may replace. */
const OVERRIDES = ["content-type", "content-language", "expires", "cache-control", "content-disposition", "content-encoding"] as const;

/** Gives the object or one range of it. */
export async function getObject(call: Call): Promise<Reply> {
  const { bucket, key, headers } = call.target;
  const opened = await call.disk.open(bucket, key);
  if (!opened) throw new S3Error("NoSuchKey", undefined, { Key: key });
  try {
    const { status, start, length, ...reply } = describe(call, opened.entry, headers);
    if (status === 304) {
      closeFile(opened.file);
      return { status, headers: reply.headers };
    }
    return { status, headers: reply.headers, file: { file: opened.file, start, length } };
  } catch (error) {
    closeFile(opened.file);
    throw error;
  }
}

/** The same headers without the body. */
export async function headObject(call: Call): Promise<Reply> {
  const { bucket, key, headers } = call.target;
  const entry = await call.disk.head(bucket, key);
  if (!entry) throw new S3Error("NoSuchKey", undefined, { Key: key });
  const { status, headers: answer } = describe(call, entry, headers);
  return { status, headers: answer };
}

/** Bytes of an object; `length` may be 0. */
type Extent = { start: number; length: number };
type Description = { status: number; headers: Record<string, string | undefined> } & Extent;

function describe({ target: { query } }: Call, entry: ObjectEntry, headers: ReadonlyMap<string, string>): Description {
  const answer = objectHeaders(entry);
  if (!checkRead(headers, entry)) return { status: 304, headers: answer, start: 0, length: 0 };
  const part = query.get("partNumber");
  const wanted = part === undefined ? requested(headers, entry) : partOf(entry, Number(part));
  const { start, length } = wanted ?? { start: 0, length: entry.size };
  // No range can be of no bytes: a part of nothing is given as an empty object is.
  const isRange = wanted !== undefined && length > 0;
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value !== undefined) answer[name] = headerBytes(value.replaceAll(/[\r\n\0]/gu, ""));
  }
  if (part !== undefined && entry.meta.parts) answer["x-amz-mp-parts-count"] = String(entry.meta.parts.length);
  if (headers.get("x-amz-checksum-mode")?.toUpperCase() === "ENABLED" && !wanted) Object.assign(answer, checksumHeaders(entry));
  answer["content-length"] = String(length);
  if (isRange) answer["content-range"] = `bytes ${start}-${start + length - 1}/${entry.size}`;
  return { status: isRange ? 206 : 200, headers: answer, start, length };
}

function requested(headers: ReadonlyMap<string, string>, entry: ObjectEntry): Extent | undefined {
  const range = rangeStillHolds(headers, entry) ? parseRange(headers.get("range"), entry.size) : undefined;
  return range && { start: range.start, length: range.end - range.start + 1 };
}

/** Undefined for the one part of an empty object, which is the whole of it. */
function partOf(entry: ObjectEntry, number: number): Extent | undefined {
  const parts = entry.meta.parts ?? [entry.size];
  const size = parts[number - 1];
  if (!Number.isInteger(number) || size === undefined) throw new S3Error("InvalidPartNumber");
  if (entry.size === 0) return undefined;
  const start = parts.slice(0, number - 1).reduce((sum, before) => sum + before, 0);
  return { start, length: size };
}
