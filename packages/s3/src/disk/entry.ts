import { createHash } from "node:crypto";
import type { ChecksumName } from "../checksum.ts";

/** What the client said about an object, kept as it came. */
export type Meta = {
  type?: string;
  /** `x-amz-meta-*` without the prefix. */
  user?: Record<string, string>;
  cacheControl?: string;
  disposition?: string;
  encoding?: string;
  language?: string;
  expires?: string;
  tags?: [string, string][];
  /** One checksum in base64, as S3 keeps it; `composite` is a checksum of part checksums, with `-N` at its end. */
  checksum?: { name: ChecksumName; value: string; composite?: boolean };
  /** Sizes of the parts of a multipart object, for reads by part number. */
  parts?: number[];
  /** Of an entry without an etag: the etag before the file was touched. The same content gets the same etag again. */
  formerEtag?: string;
};

/**
 * An object as the index knows it. `mtime`, `ctime` (milliseconds) and `inode` are those of the file: a file that still has them is
 * unchanged. A time can be set back, and a copy has another number; only `ctime` tells of everything that was done. An index that was
 * written before it was kept has none.
 * `etag` is hex, with `-N` for multipart and `-0` for a file that was put there by hand: see `fingerprint`. Empty means that the file was
 * touched by hand and must be read. `untold` is set until somebody was told of a file that was put there by hand.
 * `path` is set when the file does not lie where `pathOf(key)` says.
 */
export type ObjectEntry = {
  size: number;
  mtime: number;
  ctime?: number;
  inode: number;
  etag: string;
  untold?: true;
  path?: string;
  meta: Meta;
};

/**
 * Layout: f64 size, f64 mtime, f64 inode, u16 part count or a mark, 16 bytes etag, u16 path length, f64 ctime when the length's highest
 * bit says so, path, JSON of meta.
 */
const AT = { size: 0, mtime: 8, inode: 16, parts: 24, etag: 26, pathLength: 42, rest: 44 } as const;
const WITH_CTIME = 0x8000;
const CTIME_BYTES = 8;
const UNHASHED = 0xffff;
const FINGERPRINT = 0xfffe;
const UNTOLD = 0xfffd;

/**
 * The etag of a file that was put there by hand: it stands for size and time, as the etags of web servers do, so that no start has to read
 * a library. The `-0` tells every tool that it is no MD5.
 */
export function fingerprint({ size, mtime }: { size: number; mtime: number }): string {
  return `${createHash("md5").update(`${size} ${mtime}`).digest("hex")}-0`;
}

export function isFingerprint(etag: string): boolean {
  return etag.endsWith("-0");
}

/** Whether an encoded entry must still be read or told of. */
export function isUnsettled(buffer: Buffer): boolean {
  const mark = buffer.readUInt16LE(AT.parts);
  return mark === UNHASHED || mark === UNTOLD;
}

export function encodeEntry(entry: ObjectEntry): Buffer {
  const path = Buffer.from(entry.path ?? "");
  const json = Object.keys(entry.meta).length === 0 ? "" : JSON.stringify(entry.meta);
  const pathAt = AT.rest + (entry.ctime === undefined ? 0 : CTIME_BYTES);
  const buffer = Buffer.alloc(pathAt + path.length + Buffer.byteLength(json));
  buffer.writeDoubleLE(entry.size, AT.size);
  buffer.writeDoubleLE(entry.mtime, AT.mtime);
  buffer.writeDoubleLE(entry.inode, AT.inode);
  buffer.writeUInt16LE(markOf(entry), AT.parts);
  buffer.write(entry.etag.slice(0, 32), AT.etag, 16, "hex");
  buffer.writeUInt16LE(path.length | (entry.ctime === undefined ? 0 : WITH_CTIME), AT.pathLength);
  if (entry.ctime !== undefined) buffer.writeDoubleLE(entry.ctime, AT.rest);
  path.copy(buffer, pathAt);
  buffer.write(json, pathAt + path.length);
  return buffer;
}

function markOf({ etag, untold }: ObjectEntry): number {
  if (etag === "") return UNHASHED;
  if (isFingerprint(etag)) return untold ? UNTOLD : FINGERPRINT;
  return Number(etag.split("-")[1] ?? 0);
}

export function decodeEntry(buffer: Buffer): ObjectEntry {
  const lengths = buffer.readUInt16LE(AT.pathLength);
  const hasCtime = lengths >= WITH_CTIME;
  const pathAt = AT.rest + (hasCtime ? CTIME_BYTES : 0);
  const pathEnd = pathAt + (lengths % WITH_CTIME);
  const json = buffer.toString("utf8", pathEnd);
  return {
    ...decodeSummary(buffer),
    ...(hasCtime ? { ctime: buffer.readDoubleLE(AT.rest) } : {}),
    inode: buffer.readDoubleLE(AT.inode),
    ...(buffer.readUInt16LE(AT.parts) === UNTOLD ? { untold: true } : {}),
    ...(pathEnd > pathAt ? { path: buffer.toString("utf8", pathAt, pathEnd) } : {}),
    meta: json === "" ? {} : parseMeta(json),
  };
}

/** The JSON is our own: `encodeEntry` wrote it, and the journal and the snapshot check their bytes. */
function parseMeta(json: string): Meta {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return JSON.parse(json) as Meta;
}

/** What a listing needs, without parsing the rest. */
export function decodeSummary(buffer: Buffer): { size: number; mtime: number; etag: string } {
  return { size: buffer.readDoubleLE(AT.size), mtime: buffer.readDoubleLE(AT.mtime), etag: etagOf(buffer) };
}

function etagOf(buffer: Buffer): string {
  const mark = buffer.readUInt16LE(AT.parts);
  if (mark === UNHASHED) return "";
  const hex = buffer.toString("hex", AT.etag, AT.etag + 16);
  if (mark === FINGERPRINT || mark === UNTOLD) return `${hex}-0`;
  return mark === 0 ? hex : `${hex}-${mark}`;
}
