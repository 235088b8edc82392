import type { Entry, ZipFile } from "../selection/zip.ts";
import { fetchAhead } from "../selection/fetch-ahead.ts";
import { pause, steadily } from "../selection/fetch-file.ts";
import { createNames, entryOf } from "../selection/zip.ts";
import { Problem } from "../../lib/http.ts";
import type { Link } from "./link.ts";
import type { Missing, Saved } from "./types.ts";

export { followWaits } from "../selection/wait.ts";

/** Files whose URLs are asked for together: they live for minutes only, so never for all that a large zip holds. */
const BATCH = 50;
/** Between two questions for what is being made ready. */
const PENDING_MS = 2_000;
/** What a file is taken for whose size is not told. */
const UNKNOWN = 400_000;

export type Supply = {
  /** The files of the next zip, as they come; nothing when there is none left. */
  part: (limit: number) => AsyncGenerator<Entry>;
  /** Whether the next file alone is larger than a zip may be. */
  isLarge: (limit: number) => Promise<boolean>;
  /** The next file, taken out, to be saved as it is. */
  next: () => Promise<ZipFile | undefined>;
  /** Whether there is something left for another zip. */
  more: () => Promise<boolean>;
  /** Files that have begun, and what is not to be had. */
  done: () => number;
  missing: () => readonly Missing[];
};

type Parts = {
  link: Link;
  ids: readonly string[];
  neutral: boolean;
  signal: AbortSignal;
  /** Told how many copies are still being made, each time that they are waited for. */
  onPending: (count: number) => void;
};

/** The files of many photos, from the store, with URLs that are renewed as they expire. With `neutral` names they are numbered through. */
export function createSupply({ link, ids, neutral, signal, onPending }: Parts): Supply {
  const files = listed();
  let held: ZipFile | undefined;
  let done = 0;
  const missing: Missing[] = [];

  async function ask(wanted: string[]): Promise<Saved> {
    try {
      return await steadily(() => link.downloads(wanted, signal), signal);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "not_found") throw error;
      return { files: [], missing: wanted.map((id) => ({ id, name: null })), pending: [] };
    }
  }

  /** Copies that are made for this link come last, as they get ready. */
  async function* listed(): AsyncGenerator<ZipFile> {
    const waiting = [...ids];
    const pending: string[] = [];
    while (waiting.length + pending.length > 0) {
      if (waiting.length === 0) {
        onPending(pending.length);
        await pause(PENDING_MS, signal);
        waiting.push(...pending.splice(0));
      }
      const answer = await ask(waiting.splice(0, BATCH));
      missing.push(...answer.missing);
      pending.push(...answer.pending);
      yield* answer.files;
    }
  }

  async function peek(): Promise<ZipFile | undefined> {
    if (held) return held;
    const next = await files.next();
    held = next.done === true ? undefined : next.value;
    return held;
  }

  async function anew(id: string): Promise<string | undefined> {
    return (await link.downloads([id], signal)).files[0]?.url;
  }

  async function take(): Promise<ZipFile | undefined> {
    const file = await peek();
    held = undefined;
    if (file) done++;
    return file;
  }

  async function* part(limit: number): AsyncGenerator<Entry> {
    const unique = createNames();
    let bytes = 0;

    /** The next file, where it has room in this zip; the first always has. */
    async function next(): Promise<ZipFile | undefined> {
      const file = await peek();
      const size = file?.size ?? UNKNOWN;
      if (bytes > 0 && bytes + size > limit) return undefined;
      held = undefined;
      bytes += size;
      return file;
    }

    for await (const { file, fetched } of fetchAhead(next, { anew, signal })) {
      done++;
      const numbered = neutral ? file.name.replace(/-\d+(?=\.)/u, `-${String(done).padStart(4, "0")}`) : file.name;
      const entry = entryOf({ ...file, name: unique(numbered) }, fetched);
      if (entry) yield entry;
      else missing.push({ id: file.id, name: neutral ? file.name.replace(/-.*$/u, "") : file.name });
    }
  }

  return {
    part,
    isLarge: async (limit) => ((await peek())?.size ?? UNKNOWN) > limit,
    next: take,
    more: async () => (await peek()) !== undefined,
    done: () => done,
    missing: () => missing,
  };
}
