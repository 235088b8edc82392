import type { Call, Reply } from "../call.ts";
import { S3Error } from "../error.ts";
import { xmlReply } from "../reply.ts";
import { checksumElement } from "./complete-multipart-upload.ts";

const KNOWN = new Set(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]);

/** What is known of an object, without its bytes. */
export async function getObjectAttributes({ target: { bucket, key, headers }, disk }: Call): Promise<Reply> {
  const wanted = new Set((headers.get("x-amz-object-attributes") ?? "").split(",").map((name) => name.trim()));
  if ([...wanted].some((name) => !KNOWN.has(name))) throw new S3Error("InvalidArgument", "Invalid attribute name specified.");
  const entry = await disk.head(bucket, key);
  if (!entry) throw new S3Error("NoSuchKey", undefined, { Key: key });
  const { checksum, parts } = entry.meta;
  const type = checksum?.composite ? "COMPOSITE" : "FULL_OBJECT";
  return xmlReply(
    "GetObjectAttributesResponse",
    {
      ETag: wanted.has("ETag") ? entry.etag : undefined,
      Checksum: wanted.has("Checksum") && checksum ? { ...checksumElement(checksum), ChecksumType: type } : undefined,
      ObjectParts: wanted.has("ObjectParts") && parts ? { TotalPartsCount: parts.length } : undefined,
      StorageClass: wanted.has("StorageClass") ? "STANDARD" : undefined,
      ObjectSize: wanted.has("ObjectSize") ? entry.size : undefined,
    },
    { "last-modified": new Date(entry.mtime).toUTCString() },
  );
}
