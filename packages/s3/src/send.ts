import type { ServerResponse } from "node:http";
import type { Reply } from "./call.ts";
import { closeFile, type OpenFile, readAt } from "./disk/file.ts";

const BLOCK_BYTES = 1 << 18;

/** Writes a reply, or only its headers. A file is read one block ahead of the client and closed at the end, also when the client goes away. */
export async function send(response: ServerResponse, reply: Reply, headersOnly: boolean): Promise<void> {
  const headers = Object.entries(reply.headers ?? {}).filter((header): header is [string, string] => header[1] !== undefined);
  const bodiless = reply.status === 204 || reply.status === 304 || headersOnly;
  if (!reply.file && !bodiless) headers.push(["content-length", String(Buffer.byteLength(reply.body ?? ""))]);
  response.writeHead(reply.status, headers.flat());
  if (!reply.file) {
    response.end(headersOnly ? undefined : reply.body);
    return;
  }
  const { file, start, length } = reply.file;
  try {
    await sendFile(response, file, start, length);
  } finally {
    closeFile(file);
  }
}

async function sendFile(response: ServerResponse, file: OpenFile, start: number, length: number): Promise<void> {
  const end = start + length;
  let next = read(file, start, end);
  for (let at = start; at < end;) {
    const block = await next;
    if (block.length === 0) throw new Error("The file is shorter than it was.");
    at += block.length;
    if (response.destroyed) return;
    if (at === end) response.end(block);
    else {
      next = read(file, at, end);
      if (!response.write(block)) await drained(response);
    }
  }
  if (length === 0) response.end();
}

async function read(file: OpenFile, at: number, end: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end - at));
  return block.subarray(0, await readAt(file, block, at));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}
