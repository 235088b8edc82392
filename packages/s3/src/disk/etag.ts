import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

const BLOCK_BYTES = 1 << 20;

/**
 * The etags that S3 would give the content of a file: the MD5 of all of it, and for `parts` (sizes, in order) that add up to it also the
 * MD5 over the MD5s of the parts, with `-N`.
 */
export async function etagsOf(file: FileHandle, parts: readonly number[] = []): Promise<{ plain: string; multipart: string | undefined }> {
  const whole = createHash("md5");
  const overParts = createHash("md5");
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let part = createHash("md5");
  let number = 0;
  let left = parts[0] ?? Number.POSITIVE_INFINITY;
  let position = 0;
  for (;;) {
    const { bytesRead } = await file.read(block, 0, Math.min(BLOCK_BYTES, left), position);
    if (bytesRead === 0) break;
    const data = block.subarray(0, bytesRead);
    position += bytesRead;
    whole.update(data);
    if (parts.length > 0) part.update(data);
    left -= bytesRead;
    if (left > 0) continue;
    overParts.update(part.digest());
    part = createHash("md5");
    number++;
    left = parts[number] ?? Number.POSITIVE_INFINITY;
  }
  const fits = parts.length > 0 && number === parts.length && left === Number.POSITIVE_INFINITY;
  return { plain: whole.digest("hex"), multipart: fits ? `${overParts.digest("hex")}-${parts.length}` : undefined };
}
