import { createHash } from "node:crypto";
import { readDocument } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import { type ChecksumName, CHECKSUM_NAMES, digestOf } from "../checksum.ts";
import { recheck, writeCondition } from "../condition.ts";
import { combineCrc, isCrc } from "../crc-combine.ts";
import type { Meta } from "../disk/entry.ts";
import { StalePartError, type Upload } from "../disk/multipart.ts";
import type { Part } from "../disk/part.ts";
import { S3Error } from "../error.ts";
import { xmlReply } from "../reply.ts";
import { childrenOf, childText, parseXml, type XmlChildren, type XmlElement } from "../xml.ts";
import { findUpload } from "./upload-part.ts";

const MIN_PART = 5 * 1024 ** 2;
const MAX_PARTS = 10_000;

/** Makes an object of the parts that the document lists. Asked again after it has succeeded, it gives the same answer. */
export async function completeMultipartUpload(call: Call): Promise<Reply> {
  const { target, disk, request, signed } = call;
  const { bucket, key, headers, query } = target;
  const id = query.get("uploadId") ?? "";
  const list = childrenOf(parseRoot(await readDocument(request, withoutChecksums(headers), signed)), "Part");
  const earlier = disk.multipart.completed(id);
  if (earlier?.bucket === bucket && earlier.key === key && (await disk.head(bucket, key))?.etag === earlier.etag) {
    return result(call, earlier);
  }
  const upload = findUpload(call);
  const parts = choose(list, disk.multipart.parts(id));
  const check = writeCondition(headers);
  check?.(await disk.head(bucket, key));
  const etag = `${createHash("md5")
    .update(Buffer.from(parts.map((part) => part.etag).join(""), "hex"))
    .digest("hex")}-${parts.length}`;
  const checksum = objectChecksum(upload, parts);
  checkWhole(headers, parts, checksum);
  const meta: Meta = { ...upload.meta, parts: parts.map(({ size }) => size), ...(checksum ? { checksum } : {}) };
  const entry = await disk.multipart
    .complete(id, parts, etag, (file) => disk.commit(bucket, key, file, { etag, meta }, recheck(check)))
    .catch((error: unknown) => {
      throw error instanceof StalePartError ? invalidPart(error.number) : error;
    });
  if (!entry) throw new S3Error("NoSuchUpload");
  call.emit("ObjectCreated:CompleteMultipartUpload", bucket, key, entry);
  return result(call, { etag, checksum });
}

/** A checksum as an element of an answer. */
export function checksumElement(checksum: { name: ChecksumName; value: string } | undefined): XmlChildren {
  return checksum ? { [`Checksum${checksum.name.toUpperCase()}`]: checksum.value } : {};
}

/** Checksums in the headers of this request are those of the object, not of the document that it sends. */
function withoutChecksums(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...headers].filter(([name]) => !name.startsWith("x-amz-checksum-")));
}

function parseRoot(text: string): XmlElement {
  const root = parseXml(text);
  if (root.name !== "CompleteMultipartUpload") throw new S3Error("MalformedXML");
  return root;
}

function choose(list: readonly XmlElement[], stored: readonly Part[]): Part[] {
  if (list.length === 0 || list.length > MAX_PARTS) throw new S3Error("MalformedXML");
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  let before = 0;
  const parts = list.map((element) => {
    const number = Number(childText(element, "PartNumber") ?? Number.NaN);
    if (!Number.isInteger(number)) throw new S3Error("MalformedXML");
    if (number <= before) throw new S3Error("InvalidPartOrder");
    before = number;
    const part = byNumber.get(number);
    const etag = childText(element, "ETag")?.trim().replaceAll('"', "").toLowerCase();
    if (!part || part.etag !== etag || !sameChecksum(element, part)) {
      throw invalidPart(number);
    }
    return part;
  });
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART);
  if (small) {
    const detail = { ProposedSize: String(small.size), MinSizeAllowed: String(MIN_PART), PartNumber: String(small.number) };
    throw new S3Error("EntityTooSmall", undefined, detail);
  }
  return parts;
}

function invalidPart(number: number): S3Error {
  return new S3Error("InvalidPart", undefined, { PartNumber: String(number) });
}

function sameChecksum(element: XmlElement, { checksum }: Part): boolean {
  return CHECKSUM_NAMES.every((name) => {
    const given = childText(element, `Checksum${name.toUpperCase()}`)?.trim();
    return given === undefined || checksum?.name !== name || checksum.value === given;
  });
}

/** Over the parts' checksums, or put together from them to that of the whole. */
function objectChecksum({ checksum }: Upload, parts: readonly Part[]): Meta["checksum"] {
  if (!checksum) return undefined;
  const { name, full } = checksum;
  const values = parts.map((part) => Buffer.from(part.checksum?.name === name ? part.checksum.value : "", "base64"));
  if (values.some((value) => value.length === 0)) return undefined;
  if (!full || !isCrc(name)) {
    return { name, value: `${digestOf(name, Buffer.concat(values)).toString("base64")}-${parts.length}`, composite: true };
  }
  const whole = values
    .slice(1)
    .reduce<Buffer>((before, value, index) => combineCrc(name, before, value, parts[index + 1]?.size ?? 0), values[0] ?? Buffer.alloc(0));
  return { name, value: whole.toString("base64") };
}

/** What the client says of the whole object must be so. */
function checkWhole(headers: ReadonlyMap<string, string>, parts: readonly Part[], checksum: Meta["checksum"]): void {
  const size = headers.get("x-amz-mp-object-size");
  if (size !== undefined && Number(size) !== parts.reduce((sum, part) => sum + part.size, 0)) {
    throw new S3Error("InvalidRequest", "The provided 'x-amz-mp-object-size' header value does not match what was computed.");
  }
  const given = checksum && headers.get(`x-amz-checksum-${checksum.name}`);
  if (given !== undefined && given !== checksum?.value) {
    throw new S3Error("BadDigest", `The ${checksum?.name} you specified did not match the calculated checksum.`);
  }
}

function result({ target: { bucket, key, headers } }: Call, { etag, checksum }: { etag: string; checksum?: Meta["checksum"] }): Reply {
  return xmlReply("CompleteMultipartUploadResult", {
    Location: `http://${headers.get("host") ?? ""}/${bucket}/${encodeURI(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: `"${etag}"`,
    ...checksumElement(checksum),
    ChecksumType: checksum && (checksum.composite ? "COMPOSITE" : "FULL_OBJECT"),
  });
}
