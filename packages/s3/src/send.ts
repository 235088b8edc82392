import type { ServerResponse } from "node:http";
import type { Reply } from "./call.ts";
import { BLOCK_BYTES, giveBlock, takeBlock } from "./disk/block.ts";
import { closeFile, type OpenFile, readAt, readSmall } from "./disk/file.ts";

/** Up to this size a file goes out in one piece with its headers. */
const SMALL_BYTES = 64 * 1024;

/** Writes a reply, or only its headers. A file is closed at the end, also when the client goes away. */
export async function send(response: ServerResponse, reply: Reply, headersOnly: boolean): Promise<void> {
  const headers: string[] = [];
  for (const [name, value] of Object.entries(reply.headers ?? {})) if (value !== undefined) headers.push(name, value);
  const bodiless = reply.status === 204 || reply.status === 304 || headersOnly;
  if (!reply.file && !bodiless) headers.push("content-length", String(Buffer.byteLength(reply.body ?? "")));
  response.writeHead(reply.status, headers);
  if (!reply.file) {
    response.end(headersOnly ? undefined : reply.body);
    return;
  }
  const { file, start, length } = reply.file;
  try {
    await (length <= SMALL_BYTES ? sendSmall : sendFile)(response, file, start, length);
  } finally {
    closeFile(file);
  }
}

/** Two blocks take turns: one is on its way to the client while the other is read. A client that does not read holds up nothing else. */
async function sendFile(response: ServerResponse, file: OpenFile, start: number, length: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    response.once("close", resolve);
  });
  const end = start + length;
  let [block, other] = [takeBlock(), takeBlock()];
  let [sent, otherSent] = [Promise.resolve(), Promise.resolve()];
  for (let at = start; at < end;) {
    await Promise.race([sent, closed]);
    const view = Buffer.from(block, 0, Math.min(BLOCK_BYTES, end - at));
    const bytes = await readAt(file, view, at);
    if (bytes === 0) throw new Error("The file is shorter than it was.");
    if (response.destroyed) return;
    at += bytes;
    sent = write(response, view.subarray(0, bytes));
    [block, other, sent, otherSent] = [other, block, otherSent, sent];
  }
  response.end();
  await Promise.race([Promise.all([sent, otherSent]), closed]);
  // What a broken connection still has in its queue is left to the collector.
  if (response.destroyed && !response.writableFinished) return;
  giveBlock(block);
  giveBlock(other);
}

async function sendSmall(response: ServerResponse, file: OpenFile, start: number, length: number): Promise<void> {
  const block = takeBlock();
  const view = Buffer.from(block, 0, length);
  const bytes = length === 0 ? 0 : await readSmall(file, view, start);
  if (bytes < length) throw new Error("The file is shorter than it was.");
  response.end(view, () => giveBlock(block));
}

/** Resolves when the memory may be used again. */
async function write(response: ServerResponse, data: Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.write(data, () => {
      resolve();
    });
  });
}
