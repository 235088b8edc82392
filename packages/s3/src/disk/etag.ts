import { createHash, type Hash } from "node:crypto";
import { etagOf } from "../etag.ts";
import { BLOCK_BYTES } from "./block.ts";
import { createDigester } from "./digest.ts";
import type { ObjectEntry } from "./entry.ts";
import { type OpenFile, readAt } from "./file.ts";

/** A file that may have other content than its entry told. */
type Touched = Pick<ObjectEntry, "size" | "meta">;

/** From this size on another thread hashes: there may be a whole library to go through, and clients are served meanwhile. */
const HANDED_OVER = 64 * 1024;

/**
 * The etag of a file's content: the MD5 of it, or `former` when the content is what that etag stood for. `parts` are the sizes of the
 * parts of which a multipart etag was made. Rejects when it is `stopped`.
 */
export async function readEtag(
  file: OpenFile,
  { size, meta: { formerEtag: former, parts = [] } }: Touched,
  stopped: AbortSignal,
): Promise<string> {
  const md5 = createDigester(["md5"], size, HANDED_OVER);
  const sha256 = former !== undefined && former.endsWith("-1") ? createHash("sha256") : undefined;
  const multipart = former !== undefined && parts.length > 0 ? createMultipart(parts) : undefined;
  try {
    let block = new ArrayBuffer(Math.max(1, Math.min(BLOCK_BYTES, size)));
    for (let position = 0; ;) {
      stopped.throwIfAborted();
      const bytesRead = await readAt(file, new Uint8Array(block), position);
      if (bytesRead === 0) break;
      const data = Buffer.from(block, 0, bytesRead);
      position += bytesRead;
      md5.chunk(data);
      sha256?.update(data);
      multipart?.update(data);
      block = await md5.block(block, bytesRead);
    }
    const plain = etagOf(await md5.digest());
    const possible = [sha256 && etagOf(new Map([["sha256", sha256.digest()]])), multipart?.digest()];
    return former !== undefined && possible.includes(former) ? former : plain;
  } catch (error) {
    md5.drop();
    throw error;
  }
}

/** The MD5 over the MD5s of the parts. */
function createMultipart(parts: readonly number[]): { update(data: Buffer): void; digest(): string } {
  const whole = createHash("md5");
  let part: Hash = createHash("md5");
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
