import type { Memory } from "../lib/memory.ts";

const KEY = "tintype.unsent";

/** A page that says nothing for so long has gone without a word, milliseconds. */
const SILENT_MS = 60_000;
/** A page that is there says so this often, milliseconds. */
const SAY_MS = 10_000;

type Note = { count: number; at: number; gone: boolean };

/** Notes in this browser how many files are not sent yet, so that the next page can tell when this one is closed before they are. */
export function createLeftover(storage: Memory, now: () => number): { set: (count: number) => void; leave: () => void } {
  let noted: Note | undefined;
  const write = (count: number, gone: boolean): void => {
    noted = { count, at: now(), gone };
    storage.setItem(KEY, JSON.stringify(noted));
  };
  return {
    set(count) {
      if (count > 0 && (count !== noted?.count || noted.gone || now() - noted.at >= SAY_MS)) write(count, false);
      if (count > 0 || noted === undefined) return;
      noted = undefined;
      storage.removeItem(KEY);
    },
    leave() {
      if (noted) write(noted.count, true);
    },
  };
}

/** How many files a page that is gone had not sent; told once. 0 also while that page is another tab that is still there. */
export function takeLeftover(storage: Memory, now: number): number {
  const note = parse(storage.getItem(KEY));
  if (!note || (!note.gone && now - note.at < SILENT_MS)) return 0;
  storage.removeItem(KEY);
  return note.count;
}

type Sent = { total: number; arrived: number; unsent: number; failed: number };

/** Whether the files that a page before had not sent have come by now, as far as numbers tell: that many have, or all that were added. */
export function isMadeGood(count: number, { total, arrived, unsent, failed }: Sent): boolean {
  return total > 0 && (arrived >= count || unsent + failed === 0);
}

/** Whether what another tab did to what this browser keeps says that no files are missing any more: they went from there, or it tells of them. */
export function isTakenBack({ key, newValue }: Pick<StorageEvent, "key" | "newValue">): boolean {
  return key === KEY && newValue === null;
}

function parse(text: string | null): Note | undefined {
  try {
    const note: unknown = JSON.parse(text ?? "null");
    if (note === null || typeof note !== "object" || !("count" in note) || !("at" in note)) return undefined;
    const { count, at } = note;
    return typeof count === "number" && typeof at === "number" ? { count, at, gone: "gone" in note && note.gone === true } : undefined;
  } catch {
    return undefined;
  }
}
