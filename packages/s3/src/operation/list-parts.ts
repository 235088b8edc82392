import type { Call, Reply } from "../call.ts";
import { OWNER, xmlReply } from "../reply.ts";
import { readCount } from "./list-objects.ts";
import { checksumElement } from "./complete-multipart-upload.ts";
import { findUpload } from "./upload-part.ts";

/** The parts of an upload that have come in. */
export async function listParts(call: Call): Promise<Reply> {
  const { query, bucket, key } = call.target;
  const upload = findUpload(call);
  const marker = Number(query.get("part-number-marker") ?? 0);
  const maxParts = readCount(query, "max-parts");
  const rest = call.disk.multipart.parts(upload.id).filter(({ number }) => number > marker);
  const parts = rest.slice(0, maxParts);
  const truncated = rest.length > parts.length;
  return xmlReply("ListPartsResult", {
    Bucket: bucket,
    Key: key,
    UploadId: upload.id,
    Initiator: OWNER,
    Owner: OWNER,
    StorageClass: "STANDARD",
    PartNumberMarker: marker,
    NextPartNumberMarker: truncated ? parts.at(-1)?.number : undefined,
    MaxParts: maxParts,
    IsTruncated: truncated,
    ChecksumAlgorithm: upload.checksum?.name.toUpperCase(),
    ChecksumType: upload.checksum && (upload.checksum.full ? "FULL_OBJECT" : "COMPOSITE"),
    Part: parts.map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.mtime).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
      ...checksumElement(part.checksum),
    })),
  });
}
