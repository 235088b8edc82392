import { S3Error } from "./error.ts";

/** Both ends included, within the object. */
export type Range = { start: number; end: number };

/**
 * The single range of a Range header over `size` bytes; undefined when the whole object is to be sent (no header, several ranges, or
 * nothing that RFC 9110 calls a byte range). Throws InvalidRange when no byte of it exists.
 */
export function parseRange(header: string | undefined, size: number): Range | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/iu.exec((header ?? "").replaceAll(" ", "")) ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  if (start >= size || (first === "" && Number(last) === 0)) {
    throw new S3Error("InvalidRange", undefined, { RangeRequested: header ?? "", ActualObjectSize: String(size) });
  }
  return { start, end };
}

/** The one form `bytes=first-last` that UploadPartCopy takes. Throws InvalidArgument for anything else and InvalidRange beyond the end. */
export function parseCopyRange(header: string | undefined, size: number): Range | undefined {
  if (header === undefined) return undefined;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/u.exec(header) ?? [];
  const range = { start: Number(first), end: Number(last) };
  if (first === undefined || range.end < range.start) {
    throw new S3Error("InvalidArgument", "The x-amz-copy-source-range value must be of the form bytes=first-last.");
  }
  if (range.end >= size) throw new S3Error("InvalidRange", "The specified copy range is invalid for the source object size.");
  return range;
}
