import type { Call, Reply } from "../call.ts";
import { isChecksumName, type ChecksumName, type DigestName } from "../checksum.ts";
import { checkRead, recheck, writeCondition } from "../condition.ts";
import type { Meta, ObjectEntry } from "../disk/entry.ts";
import { closeFile, type OpenFile, readAt } from "../disk/file.ts";
import type { Check } from "../disk/objects.ts";
import type { Whole } from "../disk/temp.ts";
import { S3Error } from "../error.ts";
import { etagOf } from "../etag.ts";
import { checkPutHeaders, readMeta } from "../metadata.ts";
import { xmlReply } from "../reply.ts";
import { mayTouch } from "../scope.ts";
import { readTagHeader } from "../tag.ts";
import { checksumElement } from "./complete-multipart-upload.ts";

const BLOCK_BYTES = 1 << 18;

type Source = { bucket: string; key: string; file: OpenFile; entry: ObjectEntry };

/** Copies an object that is here, with its metadata or with that of the request. */
export async function copyObject(call: Call): Promise<Reply> {
  const { target, disk } = call;
  const { bucket, key, headers } = target;
  checkPutHeaders(headers);
  const check = writeCondition(headers);
  check?.(await disk.head(bucket, key));
  const source = await openSource(call);
  try {
    const entry = isSelf(source, bucket, key) ? await replaceMeta(call, recheck(check)) : await copy(call, source, recheck(check));
    call.emit("ObjectCreated:Copy", bucket, key, entry);
    return xmlReply("CopyObjectResult", {
      LastModified: new Date(entry.mtime).toISOString(),
      ETag: `"${entry.etag}"`,
      ...checksumElement(entry.meta.checksum),
    });
  } finally {
    closeFile(source.file);
  }
}

/** Opens what `x-amz-copy-source` names. Throws NoSuchKey, AccessDenied, or PreconditionFailed by the conditions on the source. */
export async function openSource({ target: { headers }, disk, signed }: Call): Promise<Source> {
  const { bucket, key } = parseSource(headers.get("x-amz-copy-source") ?? "");
  if (!mayTouch(signed.credential, bucket, key)) throw new S3Error("AccessDenied");
  if (!disk.index.bucket(bucket)) throw new S3Error("NoSuchBucket", undefined, { BucketName: bucket });
  const opened = await disk.open(bucket, key);
  if (!opened) throw new S3Error("NoSuchKey", undefined, { Key: key });
  try {
    checkRead(headers, opened.entry, "x-amz-copy-source-");
    return { bucket, key, ...opened };
  } catch (error) {
    closeFile(opened.file);
    throw error;
  }
}

function parseSource(header: string): { bucket: string; key: string } {
  const [path = "", query = ""] = header.split("?");
  const text = decode(path).replace(/^\//u, "");
  const slash = text.indexOf("/");
  if (slash < 1 || slash === text.length - 1) {
    throw new S3Error("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  const version = /^versionId=(.*)$/u.exec(query)?.[1];
  if (version !== undefined && version !== "null") throw new S3Error("NoSuchVersion");
  return { bucket: text.slice(0, slash), key: text.slice(slash + 1) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidArgument", "Copy Source is not URL-encoded UTF-8.");
  }
}

function metaOfCopy(headers: ReadonlyMap<string, string>, { meta }: ObjectEntry): Meta {
  const replaces = directive(headers, "x-amz-metadata-directive");
  const { checksum, parts, tags, ...kept } = meta;
  const base = replaces ? readMeta(headers) : kept;
  const keptTags = tags ? { tags } : {};
  const own = directive(headers, "x-amz-tagging-directive") ? readTagHeader(headers) : keptTags;
  return { ...base, ...own, ...(checksum ? { checksum } : {}), ...(parts ? { parts } : {}) };
}

function directive(headers: ReadonlyMap<string, string>, name: string): boolean {
  const value = headers.get(name) ?? "COPY";
  if (value !== "COPY" && value !== "REPLACE") throw new S3Error("InvalidArgument", `Unknown ${name}.`);
  return value === "REPLACE";
}

function isSelf(source: Source, bucket: string, key: string): boolean {
  return source.bucket === bucket && source.key === key;
}

/** The object may have been overwritten since it was opened: what is there now gets the metadata, if it still meets the conditions. */
async function replaceMeta({ target, disk }: Call, check: Check | undefined): Promise<ObjectEntry> {
  const { bucket, key, headers } = target;
  if (headers.get("x-amz-metadata-directive") !== "REPLACE" && headers.get("x-amz-tagging-directive") !== "REPLACE") {
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
    );
  }
  const entry = await disk.amend(bucket, key, (now) => {
    check?.(now);
    checkRead(headers, now, "x-amz-copy-source-");
    return { ...now, meta: metaOfCopy(headers, now) };
  });
  if (!entry) throw new S3Error("NoSuchKey", undefined, { Key: key });
  return entry;
}

/** A plain etag and its checksum hold for the copy as well; what was put together of parts is read and hashed as one piece. */
async function copy(call: Call, source: Source, check: Check | undefined): Promise<ObjectEntry> {
  const { target, disk } = call;
  const { checksum, parts: _parts, ...rest } = metaOfCopy(target.headers, source.entry);
  const asked = target.headers.get("x-amz-checksum-algorithm")?.toLowerCase() ?? checksum?.name;
  const name = asked !== undefined && isChecksumName(asked) ? asked : undefined;
  const sameSums = !source.entry.etag.includes("-") && (name === undefined || (checksum?.name === name && !checksum.composite));
  const cloned = sameSums ? await disk.clone(source.bucket, source.key, source.entry) : undefined;
  const { file, etag, value } = cloned
    ? { file: cloned, etag: source.entry.etag, value: checksum?.value }
    : await reread(call, source, name);
  try {
    const about = { etag, meta: { ...rest, ...(name && value !== undefined ? { checksum: { name, value } } : {}) } };
    return await disk.commit(target.bucket, target.key, file, about, check);
  } catch (error) {
    await disk.discard(file);
    throw error;
  }
}

type Reread = { file: Whole; etag: string; value: string | undefined };

async function reread({ disk }: Call, { file, entry }: Source, name: ChecksumName | undefined): Promise<Reread> {
  const wanted = new Set<DigestName>(["md5", ...(name ? [name] : [])]);
  const received = await disk.receive(readFile(file, 0, entry.size), wanted, entry.size);
  return { file: received, etag: etagOf(received.digests), value: name && received.digests.get(name)?.toString("base64") };
}

/** The bytes of an object's file, of which there must be `size` from `start` on. */
export async function* readFile(file: OpenFile, start: number, size: number): AsyncGenerator<Buffer, undefined> {
  for (let done = 0; done < size;) {
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, size - done));
    const bytes = await readAt(file, block, start + done);
    if (bytes === 0) throw new Error("The source of a copy is shorter than it was.");
    done += bytes;
    yield block.subarray(0, bytes);
  }
}
