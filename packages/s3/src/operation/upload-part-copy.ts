import type { FileHandle } from "node:fs/promises";
import type { Call, Reply } from "../call.ts";
import type { DigestName } from "../checksum.ts";
import { S3Error } from "../error.ts";
import { partEtagOf } from "../etag.ts";
import { parseCopyRange } from "../range.ts";
import { xmlReply } from "../reply.ts";
import { checksumElement } from "./complete-multipart-upload.ts";
import { openSource } from "./copy-object.ts";
import { findUpload, partNumber } from "./upload-part.ts";

const BLOCK_BYTES = 1 << 20;
const MAX_PART = 5 * 1024 ** 3;

/** Makes a part of an object that is already here, or of a range of it. */
export async function uploadPartCopy(call: Call): Promise<Reply> {
  const upload = findUpload(call);
  const number = partNumber(call);
  const { file, entry } = await openSource(call);
  try {
    const range = parseCopyRange(call.target.headers.get("x-amz-copy-source-range"), entry.size) ?? { start: 0, end: entry.size - 1 };
    const size = range.end - range.start + 1;
    if (size > MAX_PART) throw new S3Error("EntityTooLarge");
    const name = upload.checksum?.name;
    const wanted = new Set<DigestName>(["md5", ...(name ? [name] : [])]);
    const stop = { now: false };
    const body = { chunks: read(file, range.start, size, stop), wanted, size, cancel: () => void (stop.now = true) };
    const part = await call.disk.multipart.receive(upload.id, number, body, (received) => {
      const value = name && received.digests.get(name)?.toString("base64");
      return { etag: partEtagOf(received.digests), ...(name && value !== undefined ? { checksum: { name, value } } : {}) };
    });
    if (!part) throw new S3Error("NoSuchUpload");
    return xmlReply("CopyPartResult", {
      LastModified: new Date(part.mtime).toISOString(),
      ETag: `"${part.etag}"`,
      ...checksumElement(part.checksum),
    });
  } finally {
    await file.close();
  }
}

async function* read(file: FileHandle, start: number, size: number, stop: { now: boolean }): AsyncGenerator<Buffer, undefined> {
  for (let done = 0; done < size;) {
    if (stop.now) throw new S3Error("NoSuchUpload");
    const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, size - done));
    const { bytesRead } = await file.read(block, 0, block.length, start + done);
    if (bytesRead === 0) throw new Error("The source of a copy is shorter than it was.");
    done += bytesRead;
    yield block.subarray(0, bytesRead);
  }
}
