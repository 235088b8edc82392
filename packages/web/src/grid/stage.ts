import { roomBefore } from "./corner.ts";
import { createDay, dateKey, markDay, placeDay, type DayNode } from "./day.ts";
import { boxOf, placeRow, readRow, rowOf, type Layout } from "./layout.ts";
import { dayAt } from "./library.ts";
import type { Share } from "./selection.ts";
import { createTile, placeTile, resetTile, showFace, type Face, type Tile } from "./tile.ts";

export type StageParts = {
  faceOf: (slot: number) => Face;
  isSelected: (slot: number) => boolean;
  share: (from: number, to: number) => Share;
  /** Whether the headings of the first row have the controls at their right. */
  isBeside: () => boolean;
};

export type Stage = ReturnType<typeof createStage>;

/** The tiles and headings that are in the document: the ones near the window, in reading order, from a pool that is used again and again. */
export function createStage(layer: HTMLElement, parts: StageParts) {
  const tiles = new Map<number, Tile>();
  const days = new Map<number, DayNode>();
  const pool: Tile[] = [];
  /** True while every tile must be placed again, not only the new ones. */
  let moved = false;
  let shown: { layout: Layout; from: number; to: number; pinned: number | undefined; origin: number } | undefined;

  function show(layout: Layout, from: number, to: number, pinned: number | undefined, origin: number): void {
    moved = shown?.layout !== layout || shown.origin !== origin;
    if (!moved && shown?.from === from && shown.to === to && shown.pinned === pinned) return;
    shown = { layout, from, to, pinned, origin };
    for (const [slot, tile] of tiles) {
      if ((slot >= from && slot < to) || slot === pinned) continue;
      tiles.delete(slot);
      release(tile);
    }
    if (layout.library.count > 0 && to > from) {
      for (let row = rowOf(layout, from), last = rowOf(layout, to - 1); row <= last; row++) placeTiles(layout, row, origin);
      if (pinned !== undefined && (pinned < from || pinned >= to)) placeTiles(layout, rowOf(layout, pinned), origin, pinned);
    }
    arrange(layout, origin);
    moved = false;
  }

  function release(tile: Tile): void {
    resetTile(tile);
    pool.push(tile);
  }

  function placeTiles(layout: Layout, row: number, origin: number, only?: number): void {
    const { top, height } = readRow(layout, row);
    placeRow(layout, row, (slot, left, width) => {
      if (only !== undefined && slot !== only) return;
      if (!moved && tiles.has(slot)) return;
      const tile = tiles.get(slot) ?? take(slot);
      placeTile(tile, { left, top, width, height }, origin);
      face(layout, tile);
    });
  }

  function take(slot: number): Tile {
    const tile = pool.pop() ?? createTile();
    tile.slot = slot;
    tiles.set(slot, tile);
    return tile;
  }

  function face(layout: Layout, tile: Tile): void {
    const day = dayAt(layout.library, tile.slot);
    showFace(tile, parts.faceOf(tile.slot), day);
    tile.node.setAttribute("aria-posinset", String(tile.slot - day.begin + 1));
    tile.node.setAttribute("aria-setsize", String(day.end - day.begin));
    mark(tile);
  }

  function mark(tile: Tile): void {
    const selected = parts.isSelected(tile.slot);
    tile.node.toggleAttribute("data-selected", selected);
    tile.check.setAttribute("aria-checked", String(selected));
  }

  /** Brings the document into reading order, touching only what is not in its place. */
  function arrange(layout: Layout, origin: number): void {
    const used = new Set<number>();
    let dayCursor = layer.firstElementChild;
    let tileCursor: Element | null = null;
    let current: DayNode | undefined;
    for (const slot of [...tiles.keys()].toSorted((a, b) => a - b)) {
      if (!current || slot >= current.day.end || slot < current.day.begin || !used.has(dateKey(current.day))) {
        current = dayNode(layout, slot, origin);
        used.add(dateKey(current.day));
        if (dayCursor === current.node) dayCursor = dayCursor.nextElementSibling;
        else insert(layer, current.node, dayCursor);
        tileCursor = current.list.firstElementChild;
      }
      const { node } = tiles.get(slot)!;
      if (tileCursor === node) tileCursor = tileCursor.nextElementSibling;
      else insert(current.list, node, tileCursor);
    }
    for (const tile of pool) tile.node.remove();
    for (const [key, node] of days) {
      if (used.has(key)) continue;
      node.node.remove();
      days.delete(key);
    }
  }

  function dayNode(layout: Layout, slot: number, origin: number): DayNode {
    const day = dayAt(layout.library, slot);
    const node = days.get(dateKey(day)) ?? createDay(day);
    days.set(dateKey(day), node);
    const { left, top } = boxOf(layout, day.begin);
    const row = rowOf(layout, day.begin);
    const next = readRow(layout, row).headings.find((heading) => heading > day.begin);
    const right = next === undefined ? layout.metrics.width : boxOf(layout, next).left - layout.metrics.dayGap;
    // Below the controls there is either all of the width, or none that is not told beside them.
    const room = row === 0 && parts.isBeside() ? roomBefore(layout, left) : Infinity;
    placeDay(node, day, left, top - layout.metrics.heading - origin, Math.min(right - left, room));
    markDay(node, parts.share(day.begin, day.end));
    return node;
  }

  return {
    show,
    tiles: () => tiles.values(),
    tileAt: (slot: number) => tiles.get(slot),
    dayOf: (head: Element) => [...days.values()].find((day) => day.head.contains(head))?.day,
    /** Shows what has become known, for example items that have come. */
    refresh(layout: Layout): void {
      for (const tile of tiles.values()) face(layout, tile);
    },
    /** Shows which tiles are selected. */
    markAll(): void {
      for (const tile of tiles.values()) mark(tile);
      for (const day of days.values()) markDay(day, parts.share(day.day.begin, day.day.end));
    },
    /** After a change of the library: tiles go to the slot that now shows their key, or one that `aliases` names for it; others are released. */
    renumber(from: number, to: number, aliases: ReadonlyMap<string, string>): void {
      const before = [...tiles.values()];
      const byKey = new Map(before.map((tile) => [tile.key, tile]));
      const kept = new Set<Tile>();
      tiles.clear();
      for (let slot = from; slot < to; slot++) {
        const { key } = parts.faceOf(slot);
        const tile = byKey.get(key) ?? byKey.get(aliases.get(key) ?? "");
        if (!tile || kept.has(tile)) continue;
        tile.slot = slot;
        tiles.set(slot, tile);
        kept.add(tile);
      }
      for (const tile of before) if (!kept.has(tile)) release(tile);
    },
  };
}

/** Puts a node before `next`, or at the end of `parent`. */
function insert(parent: Element, node: Element, next: Element | null): void {
  if (next) next.before(node);
  else parent.append(node);
}
