import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Ctx } from "@tintype/core/kernel";
import * as Upload from "@tintype/core/upload";

/** What a client tells of a file with this text in it. */
export function fileOf(content: string, change: Partial<Upload.NewFile> = {}): Upload.NewFile {
  return {
    name: "IMG_1.JPG",
    size: utf8ToBytes(content).length,
    type: "image/jpeg",
    sha256: bytesToHex(sha256(utf8ToBytes(content))),
    modifiedAt: "2024-06-05T04:03:02",
    ...change,
  };
}

/** The answer for one file, which must be an upload. */
export async function planOne(ctx: Ctx, file: Upload.NewFile): Promise<Extract<Upload.Planned, { uploadId: string }>> {
  const [answer] = await Upload.plan(ctx, [file]);
  if (!answer || !("uploadId" in answer)) throw new Error(`is ${answer?.status}`);
  return answer;
}

/** Sends a body as a planned request wants it. */
export function send(answer: Upload.Planned, body: string, headers: Record<string, string> = {}): Promise<Response> {
  if (answer.status !== "put") throw new Error(`is ${answer.status}`);
  const { method, url, headers: signed } = answer.request;
  return fetch(url, { method, headers: { ...signed, ...headers }, body });
}
