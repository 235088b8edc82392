import { openBody } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import type { DigestName } from "../checksum.ts";
import type { Upload } from "../disk/multipart.ts";
import type { Part } from "../disk/part.ts";
import { S3Error } from "../error.ts";
import { etagDigest, partEtagOf } from "../etag.ts";

const MAX_PART = 10_000;

/** Stores one part of a multipart upload, in place of an earlier part of its number. */
export async function uploadPart(call: Call): Promise<Reply> {
  const { target, disk, request, signed } = call;
  const upload = findUpload(call);
  const number = partNumber(call);
  const body = openBody(request, target.headers, signed);
  const name = body.checksum ?? upload.checksum?.name;
  const wanted = new Set<DigestName>([etagDigest(body.wanted, body.pinned), ...body.wanted, ...(name ? [name] : [])]);
  const cancel = () => void request.destroy();
  const part = await disk.multipart.receive(upload.id, number, { chunks: body.chunks, wanted, size: body.size, cancel }, (received) => {
    body.verify(received.size, received.digests);
    const value = name && received.digests.get(name)?.toString("base64");
    return { etag: partEtagOf(received.digests), ...(name && value !== undefined ? { checksum: { name, value } } : {}) };
  });
  if (!part) throw new S3Error("NoSuchUpload");
  return { status: 200, headers: { etag: `"${part.etag}"`, ...partChecksum(part) } };
}

/** The upload that the query names, for this very bucket and key. Throws NoSuchUpload. */
export function findUpload({ target: { bucket, key, query }, disk }: Call): Upload {
  const upload = disk.multipart.find(query.get("uploadId") ?? "");
  if (upload?.bucket !== bucket || upload.key !== key) throw new S3Error("NoSuchUpload");
  return upload;
}

/** From 1 to 10,000. */
export function partNumber({ target: { query } }: Call): number {
  const number = /^\d{1,5}$/u.test(query.get("partNumber") ?? "") ? Number(query.get("partNumber")) : 0;
  if (number < 1 || number > MAX_PART) {
    throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  }
  return number;
}

function partChecksum({ checksum }: Part): Record<string, string> {
  return checksum ? { [`x-amz-checksum-${checksum.name}`]: checksum.value } : {};
}
