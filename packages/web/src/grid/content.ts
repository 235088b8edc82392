import type { Chunk } from "@tintype/core/geometry";
import { findAnchor } from "./anchor.ts";
import { assemble } from "./assemble.ts";
import { isCrowded } from "./corner.ts";
import { slotsBetween, type Frames } from "./frames.ts";
import { boxOf, layOut, layOutNow, type Layout } from "./layout.ts";
import type { Library, Month } from "./library.ts";
import { metricsFor, type GridMetrics, type Size } from "./metrics.ts";
import type { Pending } from "./pending.ts";
import type { Selection } from "./selection.ts";
import { runSliced } from "./slices.ts";
import type { Ground } from "./surface.ts";

type Parts = Ground & {
  head: HTMLElement;
  /** Whether there is a scrubber beside the photos. */
  scrubber: boolean;
  selection: Selection;
  frames: Frames;
};

/** Libraries above this size are laid out in slices; below it takes less than 20 ms. */
const SLICED = 300_000;

/** As scrubber.css has it: the window decides, since the box alone does not tell whether there is a rail beside it. */
const PHONE = "(max-width: 699px)";

/** At the very top newly come photos are shown; below it what is in view stays where it is. */
const AT_TOP = 4;

/** What the grid is of: chunks, pending tiles and their size. Every change lays the library out anew, and what is in view stays. */
export function createContent({ box, head, layer, shown, scroll, stage, items, selection, frames, scrubber }: Parts, initialSize: Size) {
  let chunks: readonly Chunk[] = [];
  let revision = 0;
  let pending: readonly Pending[] = [];
  let size = initialSize;
  let ticket = 0;
  let beside = false;

  const lookup = (month: Month, index: number) => items.get(month, index);

  async function rebuild(): Promise<void> {
    const before = shown.layout;
    const { library, tiles, aliases } = assemble(chunks, revision, pending, lookup);
    const around = { scrubber, days: library.months.every(({ month }) => month !== 0) };
    const metrics = metricsFor(box.clientWidth, size, matchMedia(PHONE).matches, around);
    const next = await layOutLatest(library, metrics, before);
    if (!next) return;
    const anchor = before && scroll.offset() > AT_TOP ? findAnchor(stage.tiles(), before, scroll.offset(), library, items) : undefined;
    const activeKey = shown.active === undefined ? undefined : stage.tileAt(shown.active)?.key;
    selection.follow(library, (month, index) => lookup(month, index)?.id, items.blocks());
    shown.layout = next;
    shown.pending = tiles;
    items.keepOnly(library.months);
    layer.style.left = `${metrics.left}px`;
    // What stands above the photos has the controls beside it.
    beside = scrubber && head.childElementCount === 0;
    const isBelow = beside && isCrowded(next);
    beside &&= !isBelow;
    head.toggleAttribute("data-below", isBelow);
    scroll.setHeight(next.height + metrics.bottom, head.offsetHeight);
    if (anchor) scroll.moveTo(boxOf(next, anchor.slot).top - anchor.above);
    keepTiles(next, aliases);
    shown.active = [...stage.tiles()].find((tile) => tile.key === activeKey)?.slot;
    frames.draw();
  }

  /** Undefined when another layout has been asked for meanwhile. */
  async function layOutLatest(library: Library, metrics: GridMetrics, before: Layout | undefined): Promise<Layout | undefined> {
    const mine = ++ticket;
    const kept = before?.metrics.width === metrics.width && before.metrics.target === metrics.target;
    if (library.count <= SLICED || kept) return layOutNow(library, metrics, before);
    return runSliced(layOut(library, metrics, before), () => ticket === mine);
  }

  /** Tiles that the next layout has near the window as well are taken over as they are. */
  function keepTiles(next: Layout, aliases: ReadonlyMap<string, string>): void {
    if (next.library.count === 0) return stage.renumber(0, 0, aliases);
    const y = scroll.offset();
    const { from, to } = slotsBetween(next, y - box.clientHeight, y + 2 * box.clientHeight);
    stage.renumber(from, to, aliases);
  }

  /** Replaces the library's chunks, newest month first, as of a revision. */
  function setLibrary(nextChunks: readonly Chunk[], nextRevision: number): Promise<void> {
    chunks = nextChunks;
    revision = nextRevision;
    return rebuild();
  }

  function setPending(tiles: readonly Pending[]): void {
    if (tiles.length === 0 && pending.length === 0) return;
    pending = tiles.filter((tile) => tile.state !== "failed");
    void rebuild();
  }

  function setSize(next: Size): void {
    size = next;
    void rebuild();
  }

  /** The window, or what is above the photos, has another size. */
  function refit(): void {
    if (chunks.length > 0 || pending.length > 0) void rebuild();
  }

  function close(): void {
    ticket++;
  }

  return { setLibrary, setPending, setSize, isBeside: () => beside, refit, close };
}
