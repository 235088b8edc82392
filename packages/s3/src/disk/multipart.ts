import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ChecksumName, DigestName } from "../checksum.ts";
import { makeFolder, syncFolder } from "./durable.ts";
import type { Meta } from "./entry.ts";
import { assemble, type Part, type StoredPart } from "./part.ts";
import type { Trouble } from "./scan.ts";
import type { Temp, Whole } from "./temp.ts";
import { createTurns } from "./turn.ts";
import { appendPart, loadUpload, saveUpload, writePart } from "./upload.ts";

/** A multipart upload that was started. `checksum` is what the client said it would send with the parts. Times are ISO 8601. */
export type Upload = {
  id: string;
  bucket: string;
  key: string;
  meta: Meta;
  startedAt: string;
  checksum?: { name: ChecksumName; full: boolean };
};

type Completed = { bucket: string; key: string; etag: string };

/** `cancel` makes `chunks` end with an error. */
export type PartBody = { chunks: AsyncIterable<Buffer>; wanted: Iterable<DigestName>; size: number; cancel: () => void };
export type AcceptPart = (received: Pick<Temp, "size" | "digests">) => Pick<Part, "etag" | "checksum">;

/** A part that was to be used is no more the one that was looked at. */
export class StalePartError extends Error {
  readonly number: number;

  constructor(number: number) {
    super(`Part ${number} was replaced.`);
    this.number = number;
  }
}

export type Multipart = {
  create(upload: Omit<Upload, "id" | "startedAt">): Promise<Upload>;
  find(id: string): Upload | undefined;
  /** In no order. */
  list(bucket: string): Upload[];
  /** In the order of their numbers. */
  parts(id: string): Part[];
  /**
   * Writes a part; `accept` throws when what was received must not count. Durable when it resolves, without effect when it rejects.
   * Undefined when there is no such upload, or no more when the part had come in.
   */
  receive(id: string, number: number, body: PartBody, accept: AcceptPart): Promise<Part | undefined>;
  /**
   * Puts parts together, which `parts` gave, and hands the file over; afterwards the upload is gone, unless something throws. Throws
   * StalePartError when one of them was replaced since.
   */
  complete<T>(id: string, chosen: readonly Part[], etag: string, commit: (file: Whole) => Promise<T>): Promise<T | undefined>;
  /** What became of an upload that was completed a short while ago, for clients that did not hear the answer. */
  completed(id: string): Completed | undefined;
  /** False when there is no such upload. */
  abort(id: string): Promise<boolean>;
  /** No upload is removed for its age after this. */
  close(): Promise<void>;
};

/**
 * `slot` is how far apart parts lie in the shared file, `taken` has the numbers whose slot is being written, and `closing` means that no
 * new writer may touch that file.
 */
export type UploadState = {
  folder: string;
  upload: Upload;
  parts: Map<number, StoredPart>;
  slot: number | undefined;
  taken: Set<number>;
  closing: boolean;
  writers: Set<{ cancel: () => void; done: Promise<unknown> }>;
};

const REMEMBERED = 1000;
const HOUR = 3_600_000;
/** An upload to which nothing has come for so long is not finished any more. */
const STALE = 48 * HOUR;

/** Uploads and their parts in `root`, one folder each. Those to which nothing came for two days are removed, now and every hour. */
export async function openMultipart(root: string, trouble: Trouble): Promise<Multipart> {
  await makeFolder(root);
  const uploads = new Map<string, UploadState>();
  const done = new Map<string, Completed>();
  const turns = createTurns();
  for (const id of readdirSync(root)) {
    const state = loadUpload(join(root, id));
    if (state && !isStale(state)) uploads.set(id, state);
    else await rm(join(root, id), { recursive: true, force: true });
  }

  /** No writer may touch the shared file once it is to become an object, or is to go. */
  async function stopWriters(state: UploadState): Promise<void> {
    const { writers } = state;
    state.closing = true;
    for (const { cancel } of writers) cancel();
    await Promise.allSettled([...writers].map((writer) => writer.done));
  }

  function remember({ id, bucket, key }: Upload, etag: string): void {
    done.set(id, { bucket, key, etag });
    const [oldest] = done.keys();
    if (done.size > REMEMBERED && oldest !== undefined) done.delete(oldest);
  }

  async function end(state: UploadState): Promise<void> {
    uploads.delete(state.upload.id);
    await stopWriters(state);
    await rm(state.folder, { recursive: true, force: true });
    await syncFolder(root);
  }

  async function sweep(): Promise<void> {
    for (const state of [...uploads.values()].filter(isStale)) {
      await turns.run(state.upload.id, async () => {
        if (uploads.has(state.upload.id) && isStale(state)) await end(state);
      });
    }
  }

  let sweeping: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    sweeping = sweeping.then(sweep).catch((error: unknown) => trouble("An upload that was given up cannot be removed.", error));
  }, HOUR).unref();

  return {
    async create(about) {
      const id = randomBytes(24).toString("base64url");
      const upload: Upload = { ...about, id, startedAt: new Date().toISOString() };
      const folder = join(root, id);
      await makeFolder(folder);
      await saveUpload(folder, upload);
      uploads.set(id, { folder, upload, parts: new Map(), slot: undefined, taken: new Set(), closing: false, writers: new Set() });
      return upload;
    },
    find: (id) => uploads.get(id)?.upload,
    list: (bucket) => [...uploads.values()].map(({ upload }) => upload).filter((upload) => upload.bucket === bucket),
    parts: (id) => [...(uploads.get(id)?.parts.values() ?? [])].toSorted((a, b) => a.number - b.number),
    async receive(id, number, body, accept) {
      const state = uploads.get(id);
      if (!state) return undefined;
      const stored = await writePart(state, number, body, accept).catch((error: unknown) => {
        if (uploads.has(id)) throw error;
      });
      if (!stored) return undefined;
      return turns.run(id, async () => {
        if (!uploads.has(id)) return undefined;
        await appendPart(state, stored);
        return stored;
      });
    },
    completed: (id) => done.get(id),
    complete: (id, chosen, etag, commit) =>
      turns.run(id, async () => {
        const state = uploads.get(id);
        if (!state) return undefined;
        await stopWriters(state);
        try {
          const stored = chosen.map((part) => sameStored(state, part));
          const result = await commit(await assemble(state.folder, stored, state.parts.values()));
          remember(state.upload, etag);
          await end(state);
          return result;
        } finally {
          state.closing = false;
        }
      }),
    abort: (id) =>
      turns.run(id, async () => {
        const state = uploads.get(id);
        if (state) await end(state);
        return state !== undefined;
      }),
    async close() {
      clearInterval(timer);
      await sweeping;
    },
  };
}

/** The part as it is stored now. The same bytes may have been sent once more since; others must not be used unchecked. */
function sameStored({ parts }: UploadState, part: Part): StoredPart {
  const stored = parts.get(part.number);
  const isSame = stored?.etag === part.etag && stored.size === part.size && stored.checksum?.value === part.checksum?.value;
  if (!isSame) throw new StalePartError(part.number);
  return stored;
}

function isStale({ upload, parts, writers }: UploadState): boolean {
  const last = Math.max(Date.parse(upload.startedAt), ...[...parts.values()].map(({ mtime }) => mtime));
  return writers.size === 0 && Date.now() - last >= STALE;
}
