import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, statSync, truncateSync } from "node:fs";
import { type FileHandle, open, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "./durable.ts";
import { closeFile, createFile } from "./file.ts";
import { fill } from "./fill.ts";
import type { AcceptPart, PartBody, Upload, UploadState } from "./multipart.ts";
import type { StoredPart } from "./part.ts";

/** The shared file is used below this many bytes; every file system takes so long a sparse file. */
const SHARED_BYTES = 2 ** 42;

export async function saveUpload(folder: string, upload: Upload): Promise<void> {
  await writeDurably(join(folder, "upload.json"), JSON.stringify(upload), "w");
  await syncFolder(folder);
}

/** An upload as an earlier process left it; undefined when it was never acknowledged or was completed already. */
export function loadUpload(folder: string): UploadState | undefined {
  try {
    const upload = parseUpload(readFileSync(join(folder, "upload.json"), "utf8"));
    const state: UploadState = { folder, upload, parts: new Map(), slot: undefined, taken: new Set(), closing: false, writers: new Set() };
    for (const part of readParts(folder)) {
      state.parts.set(part.number, part);
      if (part.slot !== undefined) state.slot = part.slot;
    }
    const shared = [...state.parts.values()].some(({ at }) => at !== undefined);
    return shared && !existsSync(join(folder, "data")) ? undefined : state;
  } catch {
    return undefined;
  }
}

/**
 * Writes a part to its place in the shared file when it fits there and the place is free, so that completing need not copy it; else to a
 * file of its own. Not counted before `appendPart`.
 */
export async function writePart(state: UploadState, number: number, body: PartBody, accept: AcceptPart): Promise<StoredPart> {
  const at = reserve(state, number, body.size);
  const name = at === undefined ? `part-${number}-${randomUUID()}` : "data";
  const path = join(state.folder, name);
  const file = await createFile(path, "any");
  try {
    const done = fill(file, body.chunks, { position: at ?? 0, wanted: body.wanted, limit: body.size });
    const writer = { cancel: body.cancel, done };
    state.writers.add(writer);
    const { size, digests } = await done.finally(() => state.writers.delete(writer));
    const accepted = accept({ size, digests });
    await syncFolder(state.folder);
    return { number, size, mtime: Date.now(), ...accepted, ...(at === undefined ? { file: name } : { at }) };
  } catch (error) {
    if (at === undefined) await rm(path, { force: true });
    throw error;
  } finally {
    if (at !== undefined) state.taken.delete(number);
    closeFile(file);
  }
}

/** Makes a written part count, in place of an earlier one of its number. */
export async function appendPart(state: UploadState, part: StoredPart): Promise<void> {
  const before = state.parts.get(part.number);
  const path = join(state.folder, "parts");
  const length = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  try {
    await writeDurably(path, `${JSON.stringify({ ...part, slot: state.slot })}\n`, "a");
  } catch (error) {
    await truncate(path, length).catch(() => undefined);
    throw error;
  }
  state.parts.set(part.number, part);
  if (before?.file !== undefined) await rm(join(state.folder, before.file), { force: true });
}

/** The offset of a part in the shared file. The first part says how far apart they lie; the last one may be shorter. */
function reserve(state: UploadState, number: number, size: number): number | undefined {
  state.slot ??= size;
  const at = (number - 1) * state.slot;
  const used = state.closing || state.taken.has(number) || state.parts.get(number)?.at !== undefined;
  if (used || size > state.slot || at + size > SHARED_BYTES) return undefined;
  state.taken.add(number);
  return at;
}

function readParts(folder: string): (StoredPart & { slot?: number })[] {
  const path = join(folder, "parts");
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  // What follows the last line feed is a record that was never acknowledged.
  const end = bytes.lastIndexOf("\n") + 1;
  truncateSync(path, end);
  const lines = bytes.toString("utf8", 0, end).split("\n");
  return lines.filter((line) => line !== "").map(parsePart);
}

/** The file is our own: `appendPart` wrote it. */
function parsePart(line: string): StoredPart & { slot?: number } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return JSON.parse(line) as StoredPart & { slot?: number };
}

/** The file is our own: `saveUpload` wrote it. */
function parseUpload(text: string): Upload {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return JSON.parse(text) as Upload;
}

async function writeDurably(path: string, text: string, flags: "w" | "a"): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, flags);
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file?.close();
  }
}
