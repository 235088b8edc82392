import type { AssetKind, AssetState } from "@tintype/core/asset";
import type { Month } from "./library.ts";

/** What a tile shows of an asset. */
export type Item = {
  id: string;
  kind: AssetKind;
  state: AssetState;
  name: string;
  localAt: string;
  durationMs: number | null;
  /** Base64. */
  thumbhash: string | null;
  /** A signed URL that expires. */
  thumb: string | null;
  favourite: boolean;
  /** The original is not in storage any more. */
  missing: boolean;
  /** Somebody else's: it is seen here, and nothing can be done to it. */
  foreign: boolean;
  /** Who added it to the album, where that is told. */
  addedBy: string | null;
};

/** Assets `from` to `to` of a month's chunk at one revision. */
export type Range = { month: number; revision: number; from: number; to: number };

export type Source = {
  /** The items of each range, or null where the chunk has another revision now. */
  items(ranges: readonly Range[], signal: AbortSignal): Promise<(Item[] | null)[]>;
};

/** For `put`, of items that were known already: where one of their URLs fails it may have expired. */
export const AGES_AGO = -Infinity;

/** Items per block: what is fetched, kept and dropped together. */
export const BLOCK = 125;
/** 250 items: what a Worker answers in 7 of the 10 ms that it has for free. */
const BLOCKS_PER_REQUEST = 2;
const REQUESTS = 4;
/** 10,000 items, about 5 MB. */
const KEPT_BLOCKS = 80;
const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];
/** URLs this young have not expired; less than the time in which a picture is tried three times more. */
const YOUNG_MS = 20_000;

/** `askedAt`: when its signed URLs were asked for, never later than they were signed. `expired`: they are too old, the rest is still true. */
type Block = { range: Range; items: readonly Item[]; askedAt: number; used: number; expired?: boolean };

export type Items = ReturnType<typeof createItems>;

/**
 * The items of a library, fetched by blocks as they are wanted and dropped when long unused. `onLoad` follows every arrival, `onStale` an
 * answer that a chunk has changed.
 */
export function createItems(source: Source, { onLoad, onStale }: { onLoad: () => void; onStale: () => void }) {
  const blocks = new Map<string, Block>();
  const flights = new Map<string, AbortController>();
  let wanted: Range[] = [];
  let urgent = new Set<string>();
  let tick = 0;
  let running = 0;
  let failures = 0;
  let retry = 0;

  /** The item at an index of a month's chunk, where it is loaded. */
  function get(month: Pick<Month, "month" | "revision">, index: number): Item | undefined {
    const block = blocks.get(keyOf(month.month, month.revision, Math.floor(index / BLOCK)));
    if (!block) return undefined;
    block.used = tick;
    return block.items[index % BLOCK];
  }

  /**
   * Names what is needed now: what is in view, which has a request of its own, and what is near. Requests that serve nothing of it are
   * cancelled.
   */
  function want(inView: Range[], near: Range[] = []): void {
    tick++;
    urgent = new Set(inView.map(keyOfRange));
    wanted = [...inView, ...near.filter((range) => !urgent.has(keyOfRange(range)))].filter((range) => !isFresh(range));
    const keys = new Set(wanted.map(keyOfRange));
    const served = new Set([...flights].filter(([key]) => keys.has(key)).map(([, controller]) => controller));
    for (const controller of new Set(flights.values())) if (!served.has(controller)) controller.abort();
    if (retry === 0) pump();
  }

  function isFresh(range: Range): boolean {
    const block = blocks.get(keyOfRange(range));
    return block !== undefined && block.expired !== true;
  }

  function pump(): void {
    retry = 0;
    while (running < REQUESTS) {
      const open = wanted.filter((range) => !flights.has(keyOfRange(range)));
      const first = open.filter((range) => urgent.has(keyOfRange(range)));
      const batch = (first.length > 0 ? first : open).slice(0, BLOCKS_PER_REQUEST);
      if (batch.length === 0) return;
      void fetchBatch(batch);
    }
  }

  async function fetchBatch(batch: Range[]): Promise<void> {
    const controller = new AbortController();
    for (const range of batch) flights.set(keyOfRange(range), controller);
    running++;
    const askedAt = Date.now();
    try {
      put(batch, await source.items(batch, controller.signal), askedAt);
      failures = 0;
    } catch {
      if (!controller.signal.aborted) retryLater();
    } finally {
      running--;
      for (const range of batch) if (flights.get(keyOfRange(range)) === controller) flights.delete(keyOfRange(range));
    }
    if (retry === 0) pump();
  }

  function retryLater(): void {
    const wait = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]!;
    clearTimeout(retry);
    retry = setTimeout(pump, wait);
  }

  /** Takes in what the server answered, also from outside: a patch brings the items that it shows, or what was known of them. */
  function put(ranges: readonly Range[], answers: readonly (readonly Item[] | null)[], askedAt: number): void {
    let stale = false;
    for (const [i, range] of ranges.entries()) {
      const items = answers[i];
      if (items) blocks.set(keyOfRange(range), { range, items, askedAt, used: tick });
      else stale = true;
    }
    wanted = wanted.filter((range) => !isFresh(range) && !(stale && ranges.includes(range)));
    evict();
    onLoad();
    if (stale) onStale();
  }

  function evict(): void {
    if (blocks.size <= KEPT_BLOCKS) return;
    const oldest = [...blocks].toSorted(([, a], [, b]) => a.used - b.used).slice(0, blocks.size - KEPT_BLOCKS);
    for (const [key] of oldest) blocks.delete(key);
  }

  return {
    get,
    want,
    put,
    /** Where an asset lies in a month's chunk, as far as it is loaded. */
    find(month: Pick<Month, "month" | "revision">, id: string): number | undefined {
      for (const { range, items } of blocks.values()) {
        if (range.month !== month.month || range.revision !== month.revision) continue;
        const at = items.findIndex((item) => item.id === id);
        if (at >= 0) return range.from + at;
      }
      return undefined;
    },
    /** All that is loaded. */
    blocks: () => blocks.values(),
    /** Replaces what is loaded. */
    update(change: (item: Item) => Item): void {
      for (const block of blocks.values()) block.items = block.items.map(change);
    },
    /** Marks a block whose signed URLs have expired, so that it is fetched again; false when they are too young for that to be the cause. */
    expire(month: Month, index: number): boolean {
      const key = keyOf(month.month, month.revision, Math.floor(index / BLOCK));
      const block = blocks.get(key);
      // The clock may have been set back meanwhile.
      if (!block || block.expired || Math.abs(Date.now() - block.askedAt) < YOUNG_MS) return false;
      block.expired = true;
      return true;
    },
    /** The signed URLs of everything lead nowhere any more, also of what is under way: it is fetched again as it is wanted. */
    renew(): void {
      for (const block of blocks.values()) block.expired = true;
      for (const controller of flights.values()) controller.abort();
    },
    /** Forgets chunks that are no longer of the library. */
    keepOnly(months: readonly Month[]): void {
      const revisions = new Map(months.map((month) => [month.month, month.revision]));
      for (const [key, { range }] of blocks) if (revisions.get(range.month) !== range.revision) blocks.delete(key);
    },
    /** Every item of a range of whatever length, loaded where needed. Throws when the chunk has changed. */
    async load(month: Month, from: number, to: number, signal: AbortSignal): Promise<Item[]> {
      const found: Item[] = [];
      const ranges = blocksOf(month, from, to);
      for (let i = 0; i < ranges.length; i += BLOCKS_PER_REQUEST) {
        const batch = ranges.slice(i, i + BLOCKS_PER_REQUEST);
        // Held here, since what comes in may push out what is there.
        const here = batch.map((range) => blocks.get(keyOfRange(range))?.items);
        const missing = batch.filter((_, b) => !here[b]);
        const askedAt = Date.now();
        const came = missing.length > 0 ? await source.items(missing, signal) : [];
        if (missing.length > 0) put(missing, came, askedAt);
        for (const [b, range] of batch.entries()) {
          const items = here[b] ?? came[missing.indexOf(range)];
          if (!items) throw new Error("The library changed meanwhile.");
          found.push(...items);
        }
      }
      const skipped = from - (ranges[0]?.from ?? from);
      return found.slice(skipped, skipped + to - from);
    },
    close(): void {
      clearTimeout(retry);
      wanted = [];
      for (const controller of flights.values()) controller.abort();
    },
  };
}

/** The whole blocks that cover indexes `from` to `to` of a month's chunk. */
export function blocksOf(month: Pick<Month, "month" | "revision" | "assets">, from: number, to: number): Range[] {
  const ranges: Range[] = [];
  for (let at = Math.floor(from / BLOCK) * BLOCK; at < to; at += BLOCK) {
    ranges.push({ month: month.month, revision: month.revision, from: at, to: Math.min(month.assets, at + BLOCK) });
  }
  return ranges;
}

function keyOf(month: number, revision: number, block: number): string {
  return `${month}:${revision}:${block}`;
}

function keyOfRange(range: Range): string {
  return keyOf(range.month, range.revision, Math.floor(range.from / BLOCK));
}
