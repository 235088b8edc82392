import type { Meta, ObjectEntry } from "./disk/entry.ts";
import { S3Error } from "./error.ts";
import { headerText, type Target } from "./request.ts";

const USER_BYTES = 2048;
const PREFIX = "x-amz-meta-";

const UNSUPPORTED = ["x-amz-server-side-encryption", "x-amz-object-lock-", "x-amz-website-redirect-location", "x-amz-write-offset-bytes"];
const HOISTED = /^x-amz-(?:meta-.+|tagging|acl)$/iu;
const PRIVATE_ACLS = new Set(["private", "bucket-owner-full-control", "bucket-owner-read"]);

/** The headers that are kept with an object and given back as they came, by the name of their field. */
const KEPT = [
  ["type", "content-type"],
  ["cacheControl", "cache-control"],
  ["disposition", "content-disposition"],
  ["language", "content-language"],
  ["expires", "expires"],
] as const;

/** What the request's headers say about the object. Throws MetadataTooLarge above 2 KB of user metadata. */
export function readMeta(headers: ReadonlyMap<string, string>): Meta {
  const meta: Meta = {};
  for (const [field, header] of KEPT) {
    const value = headers.get(header);
    if (value !== undefined && value !== "") meta[field] = headerText(value);
  }
  const encoding = (headers.get("content-encoding") ?? "").split(",").map((name) => name.trim());
  const kept = encoding.filter((name) => name !== "" && name !== "aws-chunked").join(",");
  if (kept !== "") meta.encoding = kept;
  const user = [...headers]
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), headerText(value)] as const);
  const bytes = user.flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > USER_BYTES) throw new S3Error("MetadataTooLarge", undefined, { Size: String(bytes), MaxSizeAllowed: String(USER_BYTES) });
  if (user.length > 0) meta.user = Object.fromEntries(user);
  return meta;
}

/**
 * The headers together with those that a presigned URL carries in its query: AWS's own presigner moves user metadata and tags there, and
 * they are as much signed. A checksum in the query is that of the presigner's empty body and says nothing.
 */
export function withHoisted({ headers, query }: Pick<Target, "headers" | "query">): ReadonlyMap<string, string> {
  const hoisted = query.entries
    .filter(([name]) => HOISTED.test(name))
    .map(([name, value]) => [name.toLowerCase(), headerBytes(value)] as const);
  return hoisted.length === 0 ? headers : new Map([...hoisted, ...headers]);
}

/** Throws for what the client asks for and would not get: encryption, locks, other storage classes, public access. */
export function checkPutHeaders(headers: ReadonlyMap<string, string>): void {
  const unsupported = [...headers.keys()].find((name) => UNSUPPORTED.some((prefix) => name.startsWith(prefix)));
  if (unsupported !== undefined) throw new S3Error("NotImplemented", undefined, { Header: unsupported });
  const acl = headers.get("x-amz-acl");
  if (acl !== undefined && !PRIVATE_ACLS.has(acl)) throw new S3Error("AccessControlListNotSupported");
  if ([...headers.keys()].some((name) => name.startsWith("x-amz-grant-"))) throw new S3Error("AccessControlListNotSupported");
  const storageClass = headers.get("x-amz-storage-class");
  if (storageClass !== undefined && storageClass !== "STANDARD") throw new S3Error("InvalidStorageClass");
}

/** The headers of an object, as GET and HEAD give them. */
export function objectHeaders(entry: ObjectEntry): Record<string, string | undefined> {
  const { meta } = entry;
  const headers: Record<string, string | undefined> = {
    etag: `"${entry.etag}"`,
    "last-modified": new Date(entry.mtime).toUTCString(),
    "accept-ranges": "bytes",
    "content-type": headerBytes(meta.type ?? "binary/octet-stream"),
    "content-encoding": meta.encoding,
    "x-content-type-options": "nosniff",
  };
  for (const [field, header] of KEPT) {
    if (field !== "type" && meta[field] !== undefined) headers[header] = headerBytes(meta[field]);
  }
  for (const [name, value] of Object.entries(meta.user ?? {})) headers[PREFIX + name] = headerBytes(value);
  if (meta.tags && meta.tags.length > 0) headers["x-amz-tagging-count"] = String(meta.tags.length);
  return headers;
}

/** The checksum header of an object, for those who ask with `x-amz-checksum-mode: ENABLED`. */
export function checksumHeaders({ meta: { checksum } }: ObjectEntry): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.name}`]: checksum.value, "x-amz-checksum-type": checksum.composite ? "COMPOSITE" : "FULL_OBJECT" };
}

/** Node writes header values as Latin-1: UTF-8 goes out as its bytes. */
export function headerBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}
