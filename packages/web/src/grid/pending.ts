import { ratioByte, type Chunk } from "@tintype/core/geometry";
import type { Item } from "./items.ts";
import { toMonth, type Month } from "./library.ts";

/** A tile that the server does not know yet, as far as the grid needs it. `localAt` is `YYYY-MM-DDTHH:mm:ss`. */
export type Placeable = { key: string; name: string; localAt: string; ratio: number };

/** What the grid shows of a tile that is still uploading. */
export type Pending = Placeable & {
  kind: Item["kind"];
  previewUrl: string | null;
  state: string;
  /** 0 to 1. */
  progress: number;
  assetId: string | null;
  revision: number | null;
};

type Known = { id: string; name: string; localAt: string };

/** Tells what is known of an asset of a month, where it has been loaded. */
export type Lookup = (month: Month, index: number) => Known | undefined;

/**
 * Months with their pending tiles in place. `tiles[k]` is the one that a slot's source −1 − k means; `twins` tells by the asset's id which
 * tile's key it has taken the place of.
 */
export type Placement<T> = { months: Month[]; tiles: T[]; twins: Map<string, string> };

/**
 * Puts pending tiles where their wall clocks belong, newest first as the timeline sorts. Among assets that are not loaded yet a tile goes
 * before them. A tile whose asset is already there (same name, same second) is left out.
 */
export function placePending<T extends Placeable>(chunks: readonly Chunk[], pending: readonly T[], lookup: Lookup): Placement<T> {
  const twins = new Map<string, string>();
  if (pending.length === 0) return { months: chunks.map(toMonth), tiles: [], twins };
  const tiles = pending.toSorted((a, b) => compareText(b.localAt, a.localAt));
  const byMonth = new Map<number, number[]>();
  for (const [k, tile] of tiles.entries()) {
    const month = Number(tile.localAt.slice(0, 4)) * 12 + Number(tile.localAt.slice(5, 7)) - 1;
    const ks = byMonth.get(month);
    if (ks) ks.push(k);
    else byMonth.set(month, [k]);
  }
  const months = new Map(chunks.map((chunk) => [chunk.month, toMonth(chunk)]));
  for (const [number, ks] of byMonth) {
    const month = months.get(number) ?? emptyMonth(number);
    months.set(number, mergeMonth(month, ks, tiles, lookup, twins));
  }
  return { months: [...months.values()].filter((month) => month.ratios.length > 0).toSorted((a, b) => b.month - a.month), tiles, twins };
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function emptyMonth(month: number): Month {
  return {
    month,
    revision: 0,
    assets: 0,
    ratios: new Uint8Array(0),
    dayStart: Uint32Array.of(0),
    days: new Uint8Array(0),
    source: null,
  };
}

/** Merges the tiles `ks`, newest first, into a month. */
function mergeMonth(month: Month, ks: readonly number[], tiles: readonly Placeable[], lookup: Lookup, twins: Map<string, string>): Month {
  const ratios: number[] = [];
  const source: number[] = [];
  const dayStart: number[] = [];
  const days: number[] = [];
  let next = 0;
  const dayOf = (k: number | undefined) => (k === undefined ? 0 : Number(tiles[k]!.localAt.slice(8, 10)));
  const copyAssets = (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      ratios.push(month.ratios[index]!);
      source.push(index);
    }
  };
  const place = (k: number) => {
    ratios.push(ratioByte(tiles[k]!.ratio, 1));
    source.push(-1 - k);
  };
  const beginDay = (day: number) => {
    days.push(day);
    dayStart.push(ratios.length);
  };
  for (let d = 0; d <= month.days.length; d++) {
    const day = month.days[d] ?? 0;
    while (dayOf(ks[next]) > day) {
      if (days.at(-1) !== dayOf(ks[next])) beginDay(dayOf(ks[next]));
      place(ks[next++]!);
    }
    if (day === 0) break;
    beginDay(day);
    let at = month.dayStart[d]!;
    const end = month.dayStart[d + 1]!;
    for (; dayOf(ks[next]) === day; next++) {
      const tile = tiles[ks[next]!]!;
      const until = findPlace(month, at, end, tile.localAt, lookup);
      copyAssets(at, until);
      at = until;
      const twin = findTwin(month, until, end, tile, lookup);
      if (twin) twins.set(twin.id, tile.key);
      else place(ks[next]!);
    }
    copyAssets(at, end);
  }
  dayStart.push(ratios.length);
  return {
    ...month,
    ratios: Uint8Array.from(ratios),
    source: Int32Array.from(source),
    dayStart: Uint32Array.from(dayStart),
    days: Uint8Array.from(days),
  };
}

/** The first index of a day whose asset is not newer than `localAt`; assets not loaded count as older. */
function findPlace(month: Month, begin: number, end: number, localAt: string, lookup: Lookup): number {
  let low = begin;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const asset = lookup(month, middle);
    if (asset && asset.localAt > localAt) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findTwin(month: Month, from: number, end: number, tile: Placeable, lookup: Lookup): Known | undefined {
  for (let index = from; index < end; index++) {
    const asset = lookup(month, index);
    if (!asset?.localAt.startsWith(tile.localAt)) return undefined;
    if (asset.name === tile.name) return asset;
  }
  return undefined;
}
