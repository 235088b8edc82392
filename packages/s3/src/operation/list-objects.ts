import type { Call, Reply } from "../call.ts";
import { decodeSummary } from "../disk/entry.ts";
import type { SortedMap } from "../disk/sorted.ts";
import { S3Error } from "../error.ts";
import { uriEncode } from "../sigv4.ts";
import { OWNER, xmlReply } from "../reply.ts";
import type { Query } from "../request.ts";
import type { XmlChildren } from "../xml.ts";

const MAX_KEYS = 1000;

type Item = { key: string; size: number; mtime: number; etag: string };
type Page = {
  items: Item[];
  prefixes: string[];
  /** The last key or prefix that was listed, when there is more. */ next: string | undefined;
};

/** ListObjectsV2. */
export async function listObjectsV2(call: Call): Promise<Reply> {
  const { query, bucket } = call.target;
  const common = readListing(call);
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const after = token === undefined ? startAfter : decodeToken(token);
  const page = await settled(call, listPage(common.map, { ...common, after }));
  const name = common.encode;
  return xmlReply("ListBucketResult", {
    Name: bucket,
    Prefix: name(common.prefix),
    Delimiter: common.delimiter === "" ? undefined : name(common.delimiter),
    MaxKeys: common.maxKeys,
    EncodingType: query.get("encoding-type"),
    KeyCount: page.items.length + page.prefixes.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    StartAfter: startAfter === undefined ? undefined : name(startAfter),
    NextContinuationToken: page.next === undefined ? undefined : encodeToken(page.next),
    ...contents(page, name, query.get("fetch-owner") === "true"),
  });
}

/** ListObjects, version 1. */
export async function listObjects(call: Call): Promise<Reply> {
  const { query, bucket } = call.target;
  const common = readListing(call);
  const marker = query.get("marker");
  const page = await settled(call, listPage(common.map, { ...common, after: marker }));
  const name = common.encode;
  return xmlReply("ListBucketResult", {
    Name: bucket,
    Prefix: name(common.prefix),
    Marker: name(marker ?? ""),
    Delimiter: common.delimiter === "" ? undefined : name(common.delimiter),
    MaxKeys: common.maxKeys,
    EncodingType: query.get("encoding-type"),
    IsTruncated: page.next !== undefined,
    NextMarker: page.next === undefined ? undefined : name(page.next),
    ...contents(page, name, true),
  });
}

/** What every listing of a bucket is asked with. */
export function readListing({ target: { query, bucket }, disk }: Call) {
  const map = disk.index.bucket(bucket);
  if (!map) throw new S3Error("NoSuchBucket", undefined, { BucketName: bucket });
  const maxKeys = readCount(query, "max-keys");
  return { map, prefix: query.get("prefix") ?? "", delimiter: query.get("delimiter") ?? "", maxKeys, encode: nameEncoder(query) };
}

/** How many to list at once, at most 1,000. */
export function readCount(query: Query, name: "max-keys" | "max-parts" | "max-uploads"): number {
  const text = query.get(name) ?? "";
  if (!/^\d{0,10}$/u.test(text)) throw new S3Error("InvalidArgument", `${name} must be a number from 0 to 2147483647.`);
  return text === "" ? MAX_KEYS : Math.min(MAX_KEYS, Number(text));
}

/** How names are written in the answer: as they are, or percent-encoded for `encoding-type=url`. */
export function nameEncoder(query: Query): (name: string) => string {
  const encoding = query.get("encoding-type");
  if (encoding === undefined) return (name) => name;
  if (encoding !== "url") throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  return (name) => uriEncode(name).replaceAll("%2F", "/");
}

export type ListOptions = { prefix: string; delimiter: string; maxKeys: number; after: string | undefined };

/** One page in byte order. With a delimiter, what lies below a common prefix is jumped over and never walked. */
export function listPage(map: SortedMap, { prefix, delimiter, maxKeys, after }: ListOptions): Page {
  const page: Page = { items: [], prefixes: [], next: undefined };
  if (maxKeys === 0) return page;
  const start = Buffer.from(prefix);
  let from: Buffer | undefined = firstAfter(start, after, delimiter);
  let last = "";
  while (from) {
    let jump: Buffer | undefined;
    for (const { key: bytes, value } of map.entries(from)) {
      if (!startsWith(bytes, start)) return page;
      const key = bytes.toString("utf8");
      if (page.items.length + page.prefixes.length >= maxKeys) {
        page.next = last;
        return page;
      }
      const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      if (end >= 0) {
        last = key.slice(0, end + delimiter.length);
        page.prefixes.push(last);
        jump = successor(Buffer.from(last));
        break;
      }
      last = key;
      page.items.push({ key, ...decodeSummary(value) });
    }
    from = jump;
  }
  return page;
}

/** The smallest key that may be listed: behind `after`, and behind its whole common prefix when it is one. */
function firstAfter(prefix: Buffer, after: string | undefined, delimiter: string): Buffer | undefined {
  if (after === undefined || after === "") return prefix;
  const bytes = Buffer.from(after);
  if (bytes.compare(prefix) < 0) return prefix;
  const at = delimiter === "" ? -1 : after.indexOf(delimiter, prefix.toString("utf8").length);
  const whole = at >= 0 && startsWith(bytes, prefix) ? Buffer.from(after.slice(0, at + delimiter.length)) : undefined;
  return whole ? successor(whole) : Buffer.concat([bytes, Buffer.from([0])]);
}

/** The first byte string behind everything that starts with `prefix`. */
function successor(prefix: Buffer): Buffer | undefined {
  const bytes = Buffer.from(prefix);
  for (let at = bytes.length - 1; at >= 0; at--) {
    const byte = bytes.readUInt8(at);
    if (byte === 0xff) continue;
    bytes.writeUInt8(byte + 1, at);
    return bytes.subarray(0, at + 1);
  }
  return undefined;
}

function startsWith(bytes: Buffer, prefix: Buffer): boolean {
  return bytes.length >= prefix.length && bytes.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
}

/** Files that were put there by hand and not read yet are read now: a listing is always complete and has every etag. */
export async function settled({ target: { bucket }, disk }: Call, page: Page): Promise<Page> {
  if (page.items.every(({ etag }) => etag !== "")) return page;
  const entries = await Promise.all(page.items.map(async (item) => (item.etag === "" ? disk.settle(bucket, item.key) : item)));
  const items = entries.flatMap((entry, index): Item[] => {
    const key = page.items[index]?.key;
    return entry && key !== undefined ? [{ key, size: entry.size, mtime: entry.mtime, etag: entry.etag }] : [];
  });
  return { ...page, items };
}

function contents(page: Page, name: (text: string) => string, owner: boolean): XmlChildren {
  return {
    Contents: page.items.map((item) => ({
      Key: name(item.key),
      LastModified: new Date(item.mtime).toISOString(),
      ETag: `"${item.etag}"`,
      Size: item.size,
      Owner: owner ? OWNER : undefined,
      StorageClass: "STANDARD",
    })),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: name(prefix) })),
  };
}

function encodeToken(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function decodeToken(token: string): string {
  const key = Buffer.from(token, "base64url");
  if (token === "" || key.toString("base64url") !== token) {
    throw new S3Error("InvalidArgument", "The continuation token provided is incorrect");
  }
  return key.toString("utf8");
}
