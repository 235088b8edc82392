import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { etagOf } from "../etag.ts";

const BLOCK_BYTES = 1 << 20;

/**
 * The etag of a file's content: the MD5 of it, or `former` when the content is what that etag stood for. `parts` are the sizes of the
 * parts of which a multipart etag was made.
 */
export async function readEtag(file: FileHandle, former: string | undefined, parts: readonly number[] = []): Promise<string> {
  const md5 = createHash("md5");
  const sha256 = former !== undefined && former.endsWith("-1") ? createHash("sha256") : undefined;
  const multipart = former !== undefined && parts.length > 0 ? createMultipart(parts) : undefined;
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, position);
    if (bytesRead === 0) break;
    const data = block.subarray(0, bytesRead);
    position += bytesRead;
    for (const hash of [md5, sha256, multipart]) hash?.update(data);
  }
  const plain = md5.digest("hex");
  const possible = [sha256 && etagOf(new Map([["sha256", sha256.digest()]])), multipart?.digest()];
  return former !== undefined && possible.includes(former) ? former : plain;
}

/** The MD5 over the MD5s of the parts. */
function createMultipart(parts: readonly number[]): { update(data: Buffer): void; digest(): string } {
  const whole = createHash("md5");
  let part = createHash("md5");
  let number = 0;
  let left = parts[0] ?? 0;
  return {
    update(data) {
      for (let at = 0; at < data.length;) {
        const piece = data.subarray(at, at + Math.max(1, left));
        part.update(piece);
        at += piece.length;
        left -= piece.length;
        if (left > 0) continue;
        whole.update(part.digest());
        part = createHash("md5");
        number++;
        left = parts[number] ?? Number.POSITIVE_INFINITY;
      }
    },
    digest: () => `${whole.digest("hex")}-${number}`,
  };
}
