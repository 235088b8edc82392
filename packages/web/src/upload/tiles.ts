import { displayName, type AssetKind } from "@tintype/core/asset";
import { namedClock } from "@tintype/core/date";
import { deviceClock } from "./clock.ts";
import { kindOf } from "./kind.ts";
import type { Run } from "./run.ts";
import type { Phase, Task } from "./task.ts";

/** A file on its way into the library, shown in its day before the server knows it. */
export type PendingTile = {
  /** Unique among the pending tiles of this page. */
  key: string;
  name: string;
  kind: AssetKind;
  /** `YYYY-MM-DDTHH:mm:ss`, the photographer's wall clock as far as the file itself tells it. */
  localAt: string;
  /** Width ÷ height as displayed. */
  ratio: number;
  /** A `blob:` URL of a small local preview; null while there is none. Revoked by the uploader some time after the tile is gone. */
  previewUrl: string | null;
  state: "waiting" | "sending" | "checking" | "safe" | "failed";
  /** Sent part, 0 to 1. */
  progress: number;
  /** Known once the server has committed the asset. */
  assetId: string | null;
  /** The timeline revision from which the asset itself is shown; the tile is dropped when that has been loaded. */
  revision: number | null;
};

/** The timeline shows a safe photo itself from its revision on; its tile stays this much longer, for a change without a blink. */
const LINGER_MS = 20_000;

/** The page is told of what is left after its tile has gone; a preview can be on show so much longer. */
const ON_SHOW_MS = 1_000;

export type Tiles = {
  /** The tiles now; the same array as the last time when nothing about them changed. */
  list(): readonly PendingTile[];
  /** An object URL of a file's local preview, as long as its tile lives or the tray shows it. */
  previewOf: (task: Task) => string | null;
};

export function createTiles(run: Run): Tiles {
  const urls = new Map<Task, string>();
  const shownSince = new Map<Task, number>();
  let last: readonly PendingTile[] = [];

  const previewOf = (task: Task): string | null => {
    const known = urls.get(task);
    if (known) return known;
    if (!task.peek?.preview || !run.tiles.has(task)) return null;
    const url = URL.createObjectURL(task.peek.preview);
    urls.set(task, url);
    // The object URL keeps the bytes from here on.
    delete task.peek.preview;
    return url;
  };

  const forget = (): void => {
    const now = run.ports.now();
    for (const task of run.tiles) {
      if (task.revision === undefined) continue;
      const since = shownSince.get(task) ?? now;
      shownSince.set(task, since);
      if (now - since > LINGER_MS) run.tiles.delete(task);
    }
    for (const [task, url] of urls) {
      if (run.tiles.has(task) || run.queue.recent.includes(task)) continue;
      setTimeout(() => URL.revokeObjectURL(url), ON_SHOW_MS);
      urls.delete(task);
      shownSince.delete(task);
    }
  };

  return {
    previewOf,
    list() {
      forget();
      const next = Array.from(run.tiles, (task) => tileOf(task, previewOf(task)));
      if (next.length === last.length && next.every((tile, i) => isSame(tile, last[i]))) return last;
      last = next;
      return last;
    },
  };
}

const STATES: Record<Phase, PendingTile["state"]> = {
  waiting: "waiting",
  hashing: "waiting",
  twin: "waiting",
  hashed: "waiting",
  planning: "waiting",
  planned: "waiting",
  sending: "sending",
  retrying: "sending",
  checking: "checking",
  safe: "safe",
  duplicate: "safe",
  failed: "failed",
  cancelled: "failed",
};

function tileOf(task: Task, previewUrl: string | null): PendingTile {
  return {
    key: task.key,
    name: displayName(task.name),
    kind: kindOf(task.file),
    localAt: localAtOf(task),
    ratio: task.peek?.ratio ?? 4 / 3,
    previewUrl,
    state: STATES[task.phase],
    // Whole percents, so that a tile changes at most a hundred times.
    progress: task.phase === "sending" ? Math.floor((task.sent / task.file.size) * 100) / 100 : Number(task.uploaded),
    assetId: task.assetId ?? null,
    revision: task.revision ?? null,
  };
}

/** As the server will choose it, as far as is known here: the camera's clock, the date in the name, the file's own. */
function localAtOf(task: Task): string {
  const { wall, offset } = deviceClock(task.file.lastModified);
  return task.peek?.takenAt ?? namedClock({ name: task.name, modifiedAt: wall, modifiedOffset: offset })?.slice(0, 19) ?? wall;
}

function isSame(a: PendingTile, b: PendingTile | undefined): boolean {
  return (
    b !== undefined &&
    a.key === b.key &&
    a.state === b.state &&
    a.progress === b.progress &&
    a.previewUrl === b.previewUrl &&
    a.ratio === b.ratio &&
    a.localAt === b.localAt &&
    a.assetId === b.assetId &&
    a.revision === b.revision
  );
}
