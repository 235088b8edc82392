import { element } from "../lib/dom.ts";
import { storeFailed, ways } from "../lib/way.ts";
import { findSlot } from "./anchor.ts";
import { createContent } from "./content.ts";
import { createFrames, slotsBetween } from "./frames.ts";
import { createGate } from "./gate.ts";
import { createItems, type Item, type Source } from "./items.ts";
import { listenKeys } from "./keys.ts";
import { boxOf, type Box, type Slots } from "./layout.ts";
import { type Month, sourceOf } from "./library.ts";
import type { Size } from "./metrics.ts";
import { createPictures } from "./pictures.ts";
import { listenPointer } from "./pointer.ts";
import { createRange } from "./range.ts";
import { createScroll } from "./scroll.ts";
import { createSelection } from "./selection.ts";
import type { Shown } from "./shown.ts";
import { createStage } from "./stage.ts";
import type { Ground, Surface } from "./surface.ts";
import type { Face } from "./tile.ts";

export type GridOptions = {
  source: Source;
  size: Size;
  /** Whether a scrubber lies beside the photos. */
  scrubber: boolean;
  /** The address of a photo. */
  hrefOf: (item: Item) => string;
  /** A tile was clicked, or Enter pressed on it. */
  onOpen: (item: Item) => void;
  /** The window shows something else: scrolled, by a person's hand or otherwise, or another layout. */
  onView: (byHand: boolean) => void;
  onSelect: () => void;
  /** The server said that a chunk has changed. */
  onStale: () => void;
};

export type Grid = ReturnType<typeof createGrid>;

/** Room that `reveal` leaves below a tile. */
const BELOW = 16;

/** The grid of a library in `host`: layout, scrolling, tiles, selection, keys. Framework-free; nothing here is state of a view above. */
export function createGrid(host: HTMLElement, options: GridOptions) {
  const { box, sizer, head, rest, layer, corner } = createBoxes(host);
  const shown: Shown = { layout: undefined, pending: [], active: undefined };
  const items = createItems(options.source, { onLoad: itemsCame, onStale: options.onStale });
  const selection = createSelection(() => {
    stage.markAll();
    host.toggleAttribute("data-selecting", selection.count() > 0);
    options.onSelect();
  });
  const stage = createStage(layer, {
    faceOf,
    isSelected: selection.has,
    share: (from, to) => selection.share(from, to),
    isBeside: () => content.isBeside(),
  });
  const pictures = createPictures((tile) => {
    storeFailed();
    const place = shown.layout && sourceOf(shown.layout.library, tile.slot);
    if (place && items.expire(place.month, place.index)) frames.schedule();
  });
  const gate = createGate(() => frames.schedule());
  let byHand = false;
  const scroll = createScroll(box, sizer, layer, () => {
    byHand = true;
    scrolled();
  });
  const onView = () => {
    options.onView(byHand);
    byHand = false;
  };
  const ground: Ground = { box, layer, shown, scroll, stage, items };
  const frames = createFrames({ ...ground, pictures, gate, onView });
  const content = createContent({ ...ground, head, selection, frames, scrubber: options.scrubber }, options.size);
  const range = createRange(selection, { idAt: (slot) => stage.tileAt(slot)?.item?.id, find });
  const surface: Surface = { ...ground, selection, range, focus, open };
  const stopKeys = listenKeys(surface);
  const stopPointer = listenPointer(surface, host);
  const resize = new ResizeObserver(content.refit);
  resize.observe(box);
  resize.observe(head);
  const stopWays = ways.subscribe(() => {
    items.renew();
    frames.schedule();
  });

  function faceOf(slot: number): Face {
    const { month, index } = sourceOf(shown.layout!.library, slot);
    const tile = shown.pending[-1 - index];
    if (tile) return { kind: "pending", key: tile.key, tile };
    const item = items.get(month, index);
    return item ? { kind: "asset", key: item.id, item, href: options.hrefOf(item) } : { kind: "empty", key: `#${month.month}:${index}` };
  }

  function itemsCame(): void {
    const { layout } = shown;
    if (!layout) return;
    selection.find(items.blocks());
    stage.refresh(layout);
    frames.schedule();
  }

  function itemsBetween(month: Month, from: number, to: number): Item[] {
    return Array.from({ length: to - from }, (_, i) => items.get(month, from + i)).filter((item) => item !== undefined);
  }

  function find(id: string): number | undefined {
    return shown.layout && findSlot(shown.layout.library, items, id);
  }

  function scrolled(): void {
    gate.note(scroll.offset());
    frames.schedule();
  }

  /** Scrolls as little as needed to have a slot in view. */
  function reveal(slot: number): void {
    const { top, height } = boxOf(shown.layout!, slot);
    const y = scroll.offset();
    const above = top - shown.layout!.metrics.heading;
    const below = top + height + BELOW - box.clientHeight;
    if (above < y) scroll.moveTo(above);
    else if (below > y) scroll.moveTo(below);
    frames.draw();
  }

  /** Moves the keyboard focus to a slot and shows it. */
  function focus(slot: number): void {
    shown.active = slot;
    reveal(slot);
    stage.tileAt(slot)?.link.focus({ preventScroll: true });
  }

  function open(slot: number): void {
    const item = stage.tileAt(slot)?.item;
    if (item) options.onOpen(item);
  }

  return {
    selection,
    items,
    /** A place above the photos, for what scrolls away with them. */
    head,
    /** All of the place below the head while there are no photos, for what is said then. */
    rest,
    /** A place at the top right of the content, for controls that scroll away with it. */
    corner,
    setLibrary: content.setLibrary,
    setPending: content.setPending,
    setSize: content.setSize,
    layout: () => shown.layout,
    offset: scroll.offset,
    range: scroll.range,
    scrollTo(y: number): void {
      scroll.moveTo(y);
      scrolled();
    },
    reveal,
    focus,
    /** The photo that has the keyboard's focus, or last had it. */
    active: (): Item | undefined => (shown.active === undefined ? undefined : stage.tileAt(shown.active)?.item),
    /** A photo as it is shown, as far as it is loaded. */
    itemOf(id: string): Item | undefined {
      const slot = find(id);
      if (slot === undefined) return undefined;
      const { month, index } = sourceOf(shown.layout!.library, slot);
      return items.get(month, index);
    },
    /** The selected photos, as far as they are loaded. */
    selectedItems(): Item[] {
      return selection.runs().runs.flatMap(({ month, from, to }) => itemsBetween(month, from, to));
    },
    /** Shows loaded photos otherwise than the server told, until it is asked again. */
    update(change: (item: Item) => Item): void {
      items.update(change);
      if (shown.layout) stage.refresh(shown.layout);
    },
    /** The slots in view. */
    seen(): Slots | undefined {
      const { layout } = shown;
      if (!layout || layout.library.count === 0) return undefined;
      return slotsBetween(layout, scroll.offset(), scroll.offset() + box.clientHeight);
    },
    /** The slot of an asset, as far as its item is loaded. */
    find,
    /** Where a slot's picture is on the screen. */
    rectOf(slot: number): Box | undefined {
      const image = stage.tileAt(slot)?.link.getBoundingClientRect();
      return image && { left: image.left, top: image.top, width: image.width, height: image.height };
    },
    close(): void {
      content.close();
      frames.close();
      resize.disconnect();
      stopWays();
      stopKeys();
      stopPointer();
      gate.close();
      scroll.close();
      items.close();
      pictures.close();
      box.remove();
    },
  };
}

/**
 * The scroll box, in it the sizer as tall as everything, and in that the head, what is below it, the layer with the tiles and a corner for controls.
 */
function createBoxes(host: HTMLElement): Record<"box" | "sizer" | "head" | "rest" | "layer" | "corner", HTMLElement> {
  const box = block(host, "grid-box");
  const sizer = block(box, "grid-sizer");
  const head = block(sizer, "grid-head");
  const rest = block(sizer, "grid-rest");
  const layer = block(sizer, "grid-layer");
  const corner = block(sizer, "grid-corner");
  box.tabIndex = -1;
  return { box, sizer, head, rest, layer, corner };
}

function block(parent: HTMLElement, className: string): HTMLElement {
  const node = element("div", className);
  parent.append(node);
  return node;
}
