import type { Grid } from "../../grid/grid.ts";
import type { Box } from "../../grid/layout.ts";
import type { Details } from "./detail.ts";
import { listenGestures } from "./gestures.ts";
import { entryBeside, type Entry } from "./sequence.ts";
import { createSlide, type Slide } from "./slide.ts";
import { clampView, FITTED, toggleZoom, zoomAt, type Point, type View } from "./zoom.ts";

export type DeckEvents = {
  /** Another photo is looked at. */
  onMove: (entry: Entry) => void;
  /** The picture was pulled down, or pinched away. */
  onClose: () => void;
  onTap: (type: string) => void;
};

const SWIPE_SHARE = 0.25;
const SWIPE_SPEED = 0.4;
const CLOSE_DISTANCE = 110;
const MOTION: KeyframeAnimationOptions = { duration: 200, easing: "cubic-bezier(.2, 0, 0, 1)" };

/** The photo looked at with its neighbours at both sides: swiping, zooming, preloading, and the way from and to the tile. */
export function createDeck(root: HTMLElement, grid: Grid, details: Details, events: DeckEvents) {
  const track = document.createElement("div");
  track.className = "deck";
  root.append(track);
  const closed = new AbortController();
  const slides = new Map<string, Slide>();
  let current: Slide | undefined;
  let before: Slide | undefined;
  let after: Slide | undefined;
  let offset = 0;
  let axis: "x" | "y" | undefined;

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function slideOf(entry: Entry): Slide {
    const known = slides.get(entry.item.id);
    if (known) return known;
    const slide = createSlide(entry, details);
    slide.resize(track.clientWidth, track.clientHeight);
    slides.set(entry.item.id, slide);
    return slide;
  }

  /** Looks at a photo; its neighbours, two ahead and one behind, are loaded once it has come. */
  function show(entry: Entry): void {
    current?.setView(FITTED);
    current = slideOf(entry);
    before = undefined;
    after = undefined;
    place();
    const shown = current;
    // A picture whose details do not come keeps its thumbnail; the panel tells the error.
    void shown
      .load()
      .catch(() => undefined)
      .then(() => (current === shown ? surround(shown.entry) : undefined))
      .catch(() => undefined);
  }

  async function surround({ slot, item }: Entry): Promise<void> {
    const { signal } = closed;
    const [next, previous] = await Promise.all([entryBeside(grid, slot, 1, signal), entryBeside(grid, slot, -1, signal)]);
    if (current?.entry.item.id !== item.id || signal.aborted) return;
    after = next && slideOf(next);
    before = previous && slideOf(previous);
    place();
    const second = next && (await entryBeside(grid, next.slot, 1, signal));
    const ahead = [after, before, second && slideOf(second)].filter((slide) => slide !== undefined);
    await Promise.allSettled(ahead.map((slide) => slide.load()));
    for (const [id, slide] of slides) if (slide !== current && !ahead.includes(slide)) drop(id, slide);
  }

  function drop(id: string, slide: Slide): void {
    slide.node.remove();
    slides.delete(id);
  }

  function place(): void {
    const shown = [before, current, after].filter((slide) => slide !== undefined);
    for (const slide of slides.values()) if (!shown.includes(slide)) slide.node.remove();
    for (const slide of shown) {
      if (slide.node.parentElement !== track) track.append(slide.node);
      slide.setCurrent(slide === current);
    }
    drawOffset();
  }

  function drawOffset(): void {
    const width = track.clientWidth + 24;
    for (const [slide, side] of [
      [before, -1],
      [current, 0],
      [after, 1],
    ] as const) {
      if (slide) slide.node.style.transform = `translateX(${side * width + offset}px)`;
    }
  }

  function go(step: 1 | -1): void {
    const next = step > 0 ? after : before;
    offset = 0;
    if (!next) {
      drawOffset();
      return void goWhenKnown(step);
    }
    show(next.entry);
    events.onMove(next.entry);
  }

  /** A key can be faster than the neighbours are found: then it waits for the one it wants. */
  async function goWhenKnown(step: 1 | -1): Promise<void> {
    const from = current;
    const next = from && (await entryBeside(grid, from.entry.slot, step, closed.signal).catch(() => undefined));
    if (!next || current !== from || closed.signal.aborted) return;
    show(next);
    events.onMove(next);
  }

  /** Lets a swipe run out to the neighbour, or back. */
  function settle(step: 1 | -1 | 0): void {
    const from = offset;
    const target = step === 0 || !(step > 0 ? after : before) ? 0 : -step * (track.clientWidth + 24);
    const parts = [before, current, after].filter((slide) => slide !== undefined);
    offset = 0;
    if (target !== 0 && step !== 0) go(step);
    else drawOffset();
    if (still()) return;
    const shift = from - target;
    for (const { node } of parts) {
      const end = node.style.transform;
      node.animate([{ transform: `${end} translateX(${shift}px)` }, { transform: end }], MOTION);
    }
  }

  function setView(view: View, animated = false): void {
    if (!current) return;
    const start = getComputedStyle(current.box).transform;
    current.setView(view);
    if (animated && !still()) current.box.animate([{ transform: start }, { transform: current.box.style.transform || "none" }], MOTION);
  }

  function drag(step: Point, total: Point): void {
    if (!current) return;
    const view = current.view();
    if (view.scale > 1.01) return setView(clampView({ ...view, x: view.x + step.x, y: view.y + step.y }, current.frame()));
    axis ??= Math.abs(total.x) > Math.abs(total.y) ? "x" : "y";
    if (axis === "x") {
      const blocked = (total.x > 0 && !before) || (total.x < 0 && !after);
      offset = blocked ? total.x / 3 : total.x;
      return drawOffset();
    }
    const down = Math.max(0, total.y);
    setView({ scale: 1 - Math.min(0.4, down / 1200), x: total.x, y: down });
    root.style.setProperty("--dim", String(1 - Math.min(0.8, down / 400)));
  }

  function release(velocity: Point): void {
    const was = axis;
    axis = undefined;
    if (!current) return;
    if (was === "x") {
      const far = Math.abs(offset) > track.clientWidth * SWIPE_SHARE;
      const fast = Math.abs(velocity.x) > SWIPE_SPEED && Math.sign(velocity.x) === Math.sign(offset);
      if (far || fast) settle(offset < 0 ? 1 : -1);
      else settle(0);
      return;
    }
    const view = current.view();
    if (was === "y" && (view.y > CLOSE_DISTANCE || velocity.y > 0.8)) return events.onClose();
    root.style.removeProperty("--dim");
    if (view !== FITTED) setView(view.scale > 1.01 ? clampView(view, current.frame()) : FITTED, true);
  }

  const stopGestures = listenGestures(track, {
    drag,
    release,
    pinch(center, factor, step) {
      if (!current?.zoomable()) return;
      const zoomed = zoomAt(current.view(), factor, center);
      setView({ ...zoomed, x: zoomed.x + step.x, y: zoomed.y + step.y });
    },
    tap: events.onTap,
    doubleTap(at) {
      if (current?.zoomable()) setView(toggleZoom(current.view(), current.frame(), at), true);
    },
    wheel(at, factor) {
      if (!current?.zoomable()) return;
      const view = clampView(zoomAt(current.view(), factor, at), current.frame());
      setView(view.scale > 1.001 ? view : FITTED);
    },
  });

  const resize = new ResizeObserver(() => {
    for (const slide of slides.values()) slide.resize(track.clientWidth, track.clientHeight);
    if (current) setView(current.view().scale > 1.01 ? clampView(current.view(), current.frame()) : FITTED);
    drawOffset();
  });
  resize.observe(track);

  return {
    show,
    go,
    current: () => current,
    /** The photo looked at has another slot now. */
    moved(slot: number): void {
      if (!current) return;
      current.entry.slot = slot;
      void surround(current.entry).catch(() => undefined);
    },
    /** Zooms in by a factor around the middle, or toggles without one. */
    zoom(factor?: number): void {
      if (!current?.zoomable()) return;
      const view = current.view();
      const middle = { x: 0, y: 0 };
      const next = factor ? clampView(zoomAt(view, factor, middle), current.frame()) : toggleZoom(view, current.frame(), middle);
      setView(next.scale > 1.001 ? next : FITTED, true);
    },
    /** Grows the picture out of its tile. */
    openFrom(rect: Box | undefined): void {
      if (!rect || !current || still()) return;
      current.box.animate([{ transform: fromTile(current.box, rect) }, { transform: "none" }], MOTION);
    },
    /** Shrinks the picture into its tile; resolves when it is there. */
    async closeTo(rect: Box | undefined): Promise<void> {
      if (!rect || !current || still()) return;
      const start = getComputedStyle(current.box).transform;
      await current.box.animate([{ transform: start }, { transform: fromTile(current.box, rect) }], { ...MOTION, fill: "forwards" })
        .finished;
    },
    close(): void {
      closed.abort();
      stopGestures();
      resize.disconnect();
      track.remove();
    },
  };
}

/** The transform that puts a box, lying in the middle of its parent, over a rectangle of the screen. */
function fromTile(box: HTMLElement, rect: Box): string {
  const window = box.parentElement!.getBoundingClientRect();
  const x = rect.left + rect.width / 2 - window.left - window.width / 2;
  const y = rect.top + rect.height / 2 - window.top - window.height / 2;
  return `translate(${x}px, ${y}px) scale(${rect.width / box.offsetWidth})`;
}
