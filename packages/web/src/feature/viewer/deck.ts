import type { Box } from "../../grid/layout.ts";
import { element } from "../../lib/dom.ts";
import type { Details, Pictured } from "./detail.ts";
import { listenGestures } from "./gestures.ts";
import type { Entry, Places } from "./sequence.ts";
import { createStrip } from "./strip.ts";
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
const CLOSE_SPEED = 0.8;
const MIDDLE: Point = { x: 0, y: 0 };
const MOTION: KeyframeAnimationOptions = { duration: 200, easing: "cubic-bezier(.2, 0, 0, 1)" };

/** The way through the photos: swiping, zooming, and the way from and to the tile. What is side by side is the strip's matter. */
export function createDeck(root: HTMLElement, places: Places, details: Details<Pictured>, events: DeckEvents) {
  const track = element("div", "deck");
  root.append(track);
  const strip = createStrip(track, places, details);
  let axis: "x" | "y" | undefined;

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function go(step: 1 | -1): void {
    strip.shift(0);
    const next = strip.beside(step);
    if (next) move(next);
    // A key can be faster than the neighbours are found: then it waits for the one it wants.
    else void strip.find(step).then((found) => found && move(found));
  }

  function move(entry: Entry): void {
    strip.show(entry);
    events.onMove(entry);
  }

  /** Lets a swipe run out to the neighbour, or back. */
  function settle(step: 1 | -1 | 0): void {
    const moving = step !== 0 && strip.beside(step) !== undefined;
    const shift = strip.offset() + (moving ? step * strip.width() : 0);
    const nodes = strip.nodes();
    if (moving) go(step);
    else strip.shift(0);
    if (still()) return;
    for (const node of nodes) {
      const end = node.style.transform;
      node.animate([{ transform: `${end} translateX(${shift}px)` }, { transform: end }], MOTION);
    }
  }

  function setView(view: View, animated = false): void {
    const slide = strip.current();
    if (!slide) return;
    const start = getComputedStyle(slide.box).transform;
    slide.setView(view);
    if (animated && !still()) slide.box.animate([{ transform: start }, { transform: slide.box.style.transform || "none" }], MOTION);
  }

  function drag(step: Point, total: Point): void {
    const slide = strip.current();
    if (!slide) return;
    const view = slide.view();
    if (view.scale > 1.01) return setView(clampView({ ...view, x: view.x + step.x, y: view.y + step.y }, slide.frame()));
    axis ??= Math.abs(total.x) > Math.abs(total.y) ? "x" : "y";
    if (axis === "x") return strip.shift(strip.beside(total.x > 0 ? -1 : 1) ? total.x : total.x / 3);
    const down = Math.max(0, total.y);
    setView({ scale: 1 - Math.min(0.4, down / 1200), x: total.x, y: down });
    root.style.setProperty("--dim", String(1 - Math.min(0.8, down / 400)));
  }

  function release(velocity: Point): void {
    const was = axis;
    axis = undefined;
    const slide = strip.current();
    if (!slide) return;
    if (was === "x") return settle(stepOf(strip.offset(), velocity.x, track.clientWidth));
    const view = slide.view();
    if (was === "y" && (view.y > CLOSE_DISTANCE || velocity.y > CLOSE_SPEED)) return events.onClose();
    root.style.removeProperty("--dim");
    if (view !== FITTED) setView(view.scale > 1.01 ? clampView(view, slide.frame()) : FITTED, true);
  }

  /** Zooms what can be zoomed by `factor` around a point; what comes out no larger than fitted is fitted. */
  function zoomBy(factor: number, at: Point, animated = false): void {
    const slide = strip.current();
    if (!slide?.zoomable()) return;
    const view = clampView(zoomAt(slide.view(), factor, at), slide.frame());
    setView(view.scale > 1.001 ? view : FITTED, animated);
  }

  function toggle(at: Point): void {
    const slide = strip.current();
    if (slide?.zoomable()) setView(toggleZoom(slide.view(), slide.frame(), at), true);
  }

  const stopGestures = listenGestures(track, {
    drag,
    release,
    pinch(center, factor, step) {
      const slide = strip.current();
      if (!slide?.zoomable()) return;
      // Between two fingers the edges give way; they come back on release.
      const zoomed = zoomAt(slide.view(), factor, center);
      setView({ ...zoomed, x: zoomed.x + step.x, y: zoomed.y + step.y });
    },
    tap: events.onTap,
    doubleTap: toggle,
    wheel: (at, factor) => zoomBy(factor, at),
  });

  const resize = new ResizeObserver(() => {
    strip.resize();
    const slide = strip.current();
    if (slide) setView(slide.view().scale > 1.01 ? clampView(slide.view(), slide.frame()) : FITTED);
  });
  resize.observe(track);

  return {
    show: (entry: Entry) => strip.show(entry),
    go,
    current: strip.current,
    renew: () => strip.renew(),
    /** Zooms in by a factor around the middle, or toggles without one. */
    zoom(factor?: number): void {
      if (factor === undefined) toggle(MIDDLE);
      else zoomBy(factor, MIDDLE, true);
    },
    /** Grows the picture out of its tile. */
    openFrom(rect: Box | undefined): void {
      const box = strip.current()?.box;
      if (rect && box && !still()) box.animate([{ transform: fromTile(box, rect) }, { transform: "none" }], MOTION);
    },
    /** Shrinks the picture into its tile; resolves when it is there. */
    async closeTo(rect: Box | undefined): Promise<void> {
      const box = strip.current()?.box;
      if (!rect || !box || still()) return;
      const start = getComputedStyle(box).transform;
      await box.animate([{ transform: start }, { transform: fromTile(box, rect) }], { ...MOTION, fill: "forwards" }).finished;
    },
    close(): void {
      strip.close();
      stopGestures();
      resize.disconnect();
      track.remove();
    },
  };
}

/** Where a swipe leads that ends `offset` pixels from rest at a speed in pixels per millisecond. */
export function stepOf(offset: number, speed: number, width: number): 1 | -1 | 0 {
  const far = Math.abs(offset) > width * SWIPE_SHARE;
  const fast = Math.abs(speed) > SWIPE_SPEED && Math.sign(speed) === Math.sign(offset);
  if (!far && !fast) return 0;
  return offset < 0 ? 1 : -1;
}

/** The transform that puts a box, lying in the middle of its parent, over a rectangle of the screen. */
function fromTile(box: HTMLElement, rect: Box): string {
  const window = box.parentElement!.getBoundingClientRect();
  const x = rect.left + rect.width / 2 - window.left - window.width / 2;
  const y = rect.top + rect.height / 2 - window.top - window.height / 2;
  return `translate(${x}px, ${y}px) scale(${rect.width / box.offsetWidth})`;
}
