import type { Chunk } from "@tintype/core/geometry";
import { findAnchor } from "./anchor.ts";
import { createGate } from "./gate.ts";
import { blocksOf, createItems, type Item, type Source } from "./items.ts";
import { listenKeys } from "./keys.ts";
import { boxOf, layOut, layOutNow, readRow, rowAt, type Box, type Layout } from "./layout.ts";
import { assetRuns, slotOf, sourceOf, toLibrary, type Library, type Month } from "./library.ts";
import { metricsFor, type Size } from "./metrics.ts";
import { placePending, type Pending } from "./pending.ts";
import { createPictures } from "./pictures.ts";
import { listenPointer } from "./pointer.ts";
import { createScroll } from "./scroll.ts";
import { createSelection } from "./selection.ts";
import { runSliced } from "./slices.ts";
import { createStage } from "./stage.ts";
import type { Surface } from "./surface.ts";
import type { Face } from "./tile.ts";

export type GridOptions = {
  source: Source;
  size: Size;
  /** A tile was clicked, or Enter pressed on it. */
  onOpen: (item: Item) => void;
  /** The window shows something else: scrolled, or another layout. */
  onView: () => void;
  onSelect: () => void;
  /** The server said that a chunk has changed. */
  onStale: () => void;
};

export type Grid = ReturnType<typeof createGrid>;

/** Libraries above this size are laid out in slices; below it takes less than 20 ms. */
const SLICED = 300_000;

/** At the very top newly come photos are shown; below it what is in view stays where it is. */
const AT_TOP = 4;

/** Items fetched ahead of the tiles in the document, so that a slow scroll never meets the end of a block. */
const AHEAD = 100;

/** The grid of a library in `host`: layout, scrolling, tiles, selection, keys. Framework-free; nothing here is state of a view above. */
export function createGrid(host: HTMLElement, options: GridOptions) {
  const box = block(host, "grid-box");
  const sizer = block(box, "grid-sizer");
  const layer = block(sizer, "grid-layer");
  const corner = block(sizer, "grid-corner");
  box.tabIndex = -1;

  let chunks: readonly Chunk[] = [];
  let revision = 0;
  let pending: readonly Pending[] = [];
  let shownPending: readonly Pending[] = [];
  let size = options.size;
  let layout: Layout | undefined;
  let layingOut = 0;
  let active: number | undefined;
  let frame = 0;

  const items = createItems(options.source, { onLoad: itemsCame, onStale: options.onStale });
  const selection = createSelection(() => {
    stage.markAll();
    host.toggleAttribute("data-selecting", selection.count() > 0);
    options.onSelect();
  });
  const stage = createStage(layer, { faceOf, isSelected: (slot) => selection.has(slot), share: (from, to) => selection.share(from, to) });
  const pictures = createPictures((tile) => {
    const place = layout && sourceOf(layout.library, tile.slot);
    if (place && items.expire(place.month, place.index)) schedule();
  });
  const gate = createGate(schedule);
  const scroll = createScroll(box, sizer, layer, () => {
    gate.note(scroll.offset());
    schedule();
  });

  function faceOf(slot: number): Face {
    const { month, index } = sourceOf(layout!.library, slot);
    if (index < 0) return { kind: "pending", key: shownPending[-1 - index]!.key, tile: shownPending[-1 - index]! };
    const item = items.get(month, index);
    return item ? { kind: "asset", key: item.id, item } : { kind: "empty", key: `#${month.month}:${index}` };
  }

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(render);
  }

  function render(): void {
    frame = 0;
    if (!layout || layout.library.count === 0) return options.onView();
    scroll.rebase();
    const y = scroll.offset();
    const height = box.clientHeight;
    const over = Math.max(300, height * 0.6);
    const from = readRow(layout, rowAt(layout, y - over)).begin;
    const to = readRow(layout, rowAt(layout, y + height + over)).end;
    const pinned = layer.contains(document.activeElement) ? active : undefined;
    stage.show(layout, from, to, pinned, scroll.origin());
    rove(y);
    const seenFrom = readRow(layout, rowAt(layout, y)).begin;
    const seenTo = readRow(layout, rowAt(layout, y + height)).end;
    if (gate.open()) request(layout.library, [seenFrom, seenTo], [from, to]);
    options.onView();
  }

  /** Asks for the items and thumbnails in view, then for those around. */
  function request(library: Library, seen: readonly [number, number], staged: readonly [number, number]): void {
    const near = [Math.max(0, staged[0] - AHEAD), Math.min(library.count, staged[1] + AHEAD)] as const;
    const blocks = (from: number, to: number) => assetRuns(library, from, to).flatMap((run) => blocksOf(run.month, run.from, run.to));
    items.want(blocks(...seen), blocks(...near));
    const middle = (seen[0] + seen[1]) / 2;
    const rank = (slot: number) => (slot >= seen[0] && slot < seen[1] ? slot - library.count : Math.abs(slot - middle));
    pictures.load([...stage.tiles()].toSorted((a, b) => rank(a.slot) - rank(b.slot)));
  }

  function itemsCame(): void {
    if (!layout) return;
    if (selection.carries()) findCarried(layout.library);
    stage.refresh(layout);
    schedule();
  }

  function findCarried(library: Library): void {
    for (const { slot } of stage.tiles()) {
      const { month, index } = sourceOf(library, slot);
      const item = index < 0 ? undefined : items.get(month, index);
      if (item) selection.find(month, index, item.id);
    }
  }

  /** One tile can be reached by Tab: the one last focused while it is in the document, else the first in view. */
  function rove(y: number): void {
    const first = readRow(layout!, rowAt(layout!, y)).begin;
    const reachable = active !== undefined && stage.tileAt(active) ? active : first;
    for (const { link, slot } of stage.tiles()) {
      const index = slot === reachable ? 0 : -1;
      if (link.tabIndex !== index) link.tabIndex = index;
    }
  }

  /** Builds the library anew from chunks and pending tiles and shows it, with what was in view staying where it was. */
  async function rebuild(): Promise<void> {
    const before = layout;
    const known = (month: Month, index: number) => items.get(month, index);
    const living = pending.filter((tile) => !(tile.revision !== null && tile.revision <= revision));
    const placement = placePending(chunks, living, known);
    const library = toLibrary(revision, placement.months);
    const metrics = metricsFor(box.clientWidth, size);
    const ticket = ++layingOut;
    const large = library.count > SLICED && (!before || before.metrics.width !== metrics.width || before.metrics.target !== metrics.target);
    const next = large
      ? await runSliced(layOut(library, metrics, before), () => ticket === layingOut)
      : layOutNow(library, metrics, before);
    if (!next) return;
    const anchor = before && scroll.offset() > AT_TOP ? findAnchor(stage.tiles(), before, scroll.offset(), library, items) : undefined;
    const activeKey = active === undefined ? undefined : stage.tileAt(active)?.key;
    if (before?.library !== library) selection.follow(library, (month, index) => items.get(month, index)?.id);
    const aliases = new Map(placement.twins);
    for (const { assetId, key } of pending.filter((tile) => !living.includes(tile))) if (assetId) aliases.set(assetId, key);
    layout = next;
    shownPending = placement.tiles;
    items.keepOnly(library.months);
    layer.style.left = `${metrics.left}px`;
    scroll.setHeight(next.height + metrics.bottom);
    if (anchor) scroll.moveTo(boxOf(next, anchor.slot).top - anchor.above);
    keepTiles(next, aliases);
    active = [...stage.tiles()].find((tile) => tile.key === activeKey)?.slot;
    cancelAnimationFrame(frame);
    render();
  }

  function keepTiles(next: Layout, aliases: ReadonlyMap<string, string>): void {
    if (next.library.count === 0) return stage.renumber(0, 0, aliases);
    const y = scroll.offset();
    const margin = box.clientHeight;
    stage.renumber(readRow(next, rowAt(next, y - margin)).begin, readRow(next, rowAt(next, y + 2 * margin)).end, aliases);
  }

  /** Scrolls as little as needed to have a slot in view. */
  function reveal(slot: number): void {
    const { top, height } = boxOf(layout!, slot);
    const y = scroll.offset();
    const above = top - layout!.metrics.heading;
    const below = top + height + 16 - box.clientHeight;
    if (above < y) scroll.moveTo(above);
    else if (below > y) scroll.moveTo(below);
    cancelAnimationFrame(frame);
    render();
  }

  const surface: Surface = {
    box,
    layer,
    stage,
    selection,
    scroll,
    layout: () => layout,
    active: () => active,
    /** Moves the keyboard focus to a slot and shows it. */
    focus(slot: number): void {
      active = slot;
      reveal(slot);
      stage.tileAt(slot)?.link.focus({ preventScroll: true });
    },
    /** Remembers where the focus came to by other means. */
    focused(slot: number): void {
      active = slot;
    },
    open(slot: number): void {
      const tile = stage.tileAt(slot);
      if (tile?.item) options.onOpen(tile.item);
    },
  };
  const stopKeys = listenKeys(surface);
  const stopPointer = listenPointer(surface, host);
  const resize = new ResizeObserver(() => {
    if (chunks.length > 0 || pending.length > 0) void rebuild();
  });
  resize.observe(box);

  return {
    selection,
    items,
    /** A place at the top right of the content, for controls that scroll away with it. */
    corner,
    layout: () => layout,
    offset: scroll.offset,
    range: scroll.range,
    /** Replaces the library's chunks, newest month first, as of a revision. */
    setLibrary(nextChunks: readonly Chunk[], nextRevision: number): Promise<void> {
      chunks = nextChunks;
      revision = nextRevision;
      return rebuild();
    },
    setPending(tiles: readonly Pending[]): void {
      if (tiles.length === 0 && pending.length === 0) return;
      pending = tiles.filter((tile) => tile.state !== "failed");
      void rebuild();
    },
    setSize(next: Size): void {
      size = next;
      void rebuild();
    },
    scrollTo(y: number): void {
      scroll.moveTo(y);
      gate.note(scroll.offset());
      schedule();
    },
    reveal,
    focus: surface.focus,
    /** The slots in view. */
    seen(): { from: number; to: number } | undefined {
      if (!layout || layout.library.count === 0) return undefined;
      const y = scroll.offset();
      return { from: readRow(layout, rowAt(layout, y)).begin, to: readRow(layout, rowAt(layout, y + box.clientHeight)).end };
    },
    /** The slot of an asset, as far as its item is loaded. */
    find(id: string): number | undefined {
      for (const month of layout?.library.months ?? []) {
        const index = items.find(month, id);
        if (index !== undefined) return slotOf(layout!.library, month.month, index);
      }
      return undefined;
    },
    /** Where a slot's picture is on the screen. */
    rectOf(slot: number): Box | undefined {
      const image = stage.tileAt(slot)?.link.getBoundingClientRect();
      return image && { left: image.left, top: image.top, width: image.width, height: image.height };
    },
    close(): void {
      cancelAnimationFrame(frame);
      layingOut++;
      resize.disconnect();
      stopKeys();
      stopPointer();
      gate.close();
      scroll.close();
      items.close();
      box.remove();
    },
  };
}

function block(parent: HTMLElement, className: string): HTMLElement {
  const node = document.createElement("div");
  node.className = className;
  parent.append(node);
  return node;
}
