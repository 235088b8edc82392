import type { Call, Reply } from "../call.ts";
import type { DigestName } from "../checksum.ts";
import { closeFile } from "../disk/file.ts";
import { S3Error } from "../error.ts";
import { partEtagOf } from "../etag.ts";
import { parseCopyRange } from "../range.ts";
import { xmlReply } from "../reply.ts";
import { checksumElement } from "./complete-multipart-upload.ts";
import { openSource, readFile } from "./copy-object.ts";
import { findUpload, partNumber } from "./upload-part.ts";

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
    const body = { chunks: untilStopped(readFile(file, range.start, size), stop), wanted, size, cancel: () => void (stop.now = true) };
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
    closeFile(file);
  }
}

/** Ends with an error when the upload has ended meanwhile. */
async function* untilStopped(chunks: AsyncIterable<Buffer>, stop: { now: boolean }): AsyncGenerator<Buffer, undefined> {
  for await (const chunk of chunks) {
    if (stop.now) throw new S3Error("NoSuchUpload");
    yield chunk;
  }
}
