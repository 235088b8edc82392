import type { Gate } from "./gate.ts";
import { blocksOf } from "./items.ts";
import { readRow, rowAt, type Layout, type Slots } from "./layout.ts";
import { assetRuns, type Library } from "./library.ts";
import type { Pictures } from "./pictures.ts";
import type { Ground } from "./surface.ts";

/** Rows are put into the document this far beyond the window: a share of its height, and at least so many pixels. */
const OVERSCAN = { share: 0.6, least: 300 };

/** Items fetched ahead of the tiles in the document, so that a slow scroll never meets the end of a block. */
const AHEAD = 100;

type Parts = Ground & {
  pictures: Pictures;
  gate: Gate;
  onView: () => void;
};

export type Frames = ReturnType<typeof createFrames>;

/** Brings the window's part of the library into the document, at most once a frame, and asks for what it lacks. */
export function createFrames({ box, layer, shown, scroll, stage, items, pictures, gate, onView }: Parts) {
  let frame = 0;

  function draw(): void {
    frame = 0;
    const { layout } = shown;
    if (!layout || layout.library.count === 0) {
      // The last photo has gone.
      if (layout) stage.show(layout, 0, 0, undefined, 0);
      return onView();
    }
    scroll.rebase();
    const y = scroll.offset();
    const over = Math.max(OVERSCAN.least, box.clientHeight * OVERSCAN.share);
    const staged = slotsBetween(layout, y - over, y + box.clientHeight + over);
    // Before anything is written: whoever measures now does not force a layout.
    onView();
    const pinned = layer.contains(document.activeElement) ? shown.active : undefined;
    stage.show(layout, staged.from, staged.to, pinned, scroll.origin());
    const seen = slotsBetween(layout, y, y + box.clientHeight);
    rove(seen.from);
    if (gate.isOpen()) request(layout.library, seen, staged);
  }

  /** Asks for the items and thumbnails in view, then for those around. */
  function request(library: Library, seen: Slots, staged: Slots): void {
    const near = { from: Math.max(0, staged.from - AHEAD), to: Math.min(library.count, staged.to + AHEAD) };
    items.want(blocksBetween(library, seen), blocksBetween(library, near));
    const middle = (seen.from + seen.to) / 2;
    const rank = (slot: number) => (slot >= seen.from && slot < seen.to ? slot - library.count : Math.abs(slot - middle));
    pictures.load(
      [...stage.tiles()].toSorted((a, b) => rank(a.slot) - rank(b.slot)),
      seen,
    );
  }

  /** One tile can be reached by Tab: the one last focused while it is in the document, else the first in view. */
  function rove(first: number): void {
    const reachable = shown.active !== undefined && stage.tileAt(shown.active) ? shown.active : first;
    for (const { link, slot } of stage.tiles()) {
      const index = slot === reachable ? 0 : -1;
      if (link.tabIndex !== index) link.tabIndex = index;
    }
  }

  return {
    /** Draws with the next frame. */
    schedule(): void {
      if (frame === 0) frame = requestAnimationFrame(draw);
    },
    /** Draws at once, in place of the frame that was to come. */
    draw(): void {
      cancelAnimationFrame(frame);
      draw();
    },
    close: () => cancelAnimationFrame(frame),
  };
}

/** The slots of the rows that touch the heights from `top` to `bottom` of the content. */
export function slotsBetween(layout: Layout, top: number, bottom: number): Slots {
  return { from: readRow(layout, rowAt(layout, top)).begin, to: readRow(layout, rowAt(layout, bottom)).end };
}

function blocksBetween(library: Library, { from, to }: Slots) {
  return assetRuns(library, from, to).flatMap((run) => blocksOf(run.month, run.from, run.to));
}
