import type { Call, Reply } from "../call.ts";
import { type ChecksumName, isChecksumName } from "../checksum.ts";
import { isCrc } from "../crc-combine.ts";
import { S3Error } from "../error.ts";
import { checkPutHeaders, readMeta, withHoisted } from "../metadata.ts";
import { xmlReply } from "../reply.ts";
import { readTagHeader } from "../tag.ts";

/** Starts a multipart upload. */
export async function createMultipartUpload({ target, disk }: Call): Promise<Reply> {
  const { bucket, key, headers } = target;
  const said = withHoisted(target);
  checkPutHeaders(said);
  const checksum = readChecksum(headers);
  const meta = { ...readMeta(said), ...readTagHeader(said) };
  const { id } = await disk.multipart.create({ bucket, key, meta, ...(checksum ? { checksum } : {}) });
  const told = checksum && {
    "x-amz-checksum-algorithm": checksum.name.toUpperCase(),
    "x-amz-checksum-type": checksum.full ? "FULL_OBJECT" : "COMPOSITE",
  };
  return xmlReply("InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId: id }, told);
}

/** CRC-64/NVME is always one of the whole object, SHA never; the other two as the client says. */
function readChecksum(headers: ReadonlyMap<string, string>): { name: ChecksumName; full: boolean } | undefined {
  const name = headers.get("x-amz-checksum-algorithm")?.toLowerCase();
  const type = headers.get("x-amz-checksum-type")?.toUpperCase();
  if (name === undefined) return undefined;
  if (!isChecksumName(name)) throw new S3Error("InvalidRequest", "Checksum algorithm provided is unsupported.");
  const full = type === undefined ? name === "crc64nvme" : type === "FULL_OBJECT";
  if (full !== (name === "crc64nvme") && !isCrc(name)) {
    throw new S3Error("InvalidRequest", `The ${type} checksum type cannot be used with the ${name} checksum algorithm.`);
  }
  if (name === "crc64nvme" && !full) throw new S3Error("InvalidRequest", "The COMPOSITE checksum type cannot be used with crc64nvme.");
  return { name, full };
}
