import { readFileSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./disk/durable.ts";
import { hasCode } from "./disk/errno.ts";

/** A queue of JSON texts in memory, and a moment later in a file, from which the next process takes it over. */
export type Spool = {
  /** The oldest first. */
  readonly lines: readonly string[];
  /** Adds a line; of a full queue the oldest goes. */
  push(line: string): void;
  /** Removes what of `lines` is still in front: of a queue that is full some may have gone. */
  remove(lines: readonly string[]): void;
  /** Resolves when the file holds what is left. */
  close(): Promise<void>;
};

/** The file is written anew when it has twice as many lines as the queue, and these. */
const SPARE_LINES = 1000;

/** `trouble` is told when the file cannot be written; it is then written anew with the next change. */
export async function openSpool(path: string, limit: number, trouble: (cause: unknown) => void): Promise<Spool> {
  const lines = linesOf(path).slice(-limit);
  let file = await writeAnew(path, lines);
  /** How many lines are in the file, and which are not in it yet. */
  let stored = lines.length;
  let fresh: string[] = [];
  let isTorn = false;
  let running: Promise<void> | undefined;

  function isTooLong(): boolean {
    return isTorn || stored + fresh.length > 2 * lines.length + (lines.length === 0 ? 0 : SPARE_LINES);
  }

  async function append(): Promise<void> {
    const added = fresh;
    fresh = [];
    stored += added.length;
    await file.appendFile(textOf(added));
    await file.datasync();
  }

  async function shorten(): Promise<void> {
    const left = [...lines];
    fresh = [];
    if (left.length === 0 && !isTorn) await file.truncate(0);
    else {
      await file.close();
      file = await writeAnew(path, left);
    }
    stored = left.length;
    isTorn = false;
  }

  async function flush(): Promise<void> {
    try {
      while (fresh.length > 0 || isTooLong()) await (isTooLong() ? shorten() : append());
    } catch (error) {
      isTorn = true;
      trouble(error);
    }
    running = undefined;
  }

  function changed(): void {
    running ??= Promise.resolve().then(flush);
  }

  return {
    lines,
    push(line) {
      lines.push(line);
      if (lines.length > limit) lines.shift();
      fresh.push(line);
      changed();
    },
    remove(gone) {
      const among = new Set(gone);
      let count = 0;
      while (among.has(lines[count] ?? "")) count++;
      lines.splice(0, count);
      changed();
    },
    async close() {
      await running;
      if (stored !== lines.length) isTorn = true;
      await flush();
      await file.close();
    },
  };
}

/** Whole lines only: a kill may have left half of one, and a loss of power anything. */
function linesOf(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
  return text.split("\n").filter(isWhole);
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Replaces the file as a whole, durably, and gives it open for more. */
async function writeAnew(path: string, lines: readonly string[]): Promise<FileHandle> {
  await rm(`${path}.new`, { force: true });
  const file = await open(`${path}.new`, "a");
  try {
    await file.appendFile(textOf(lines));
    await file.datasync();
    await rename(`${path}.new`, path);
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
