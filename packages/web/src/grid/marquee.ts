import { element } from "../lib/dom.ts";
import { placeRow, readRow, rowAt, type Layout } from "./layout.ts";
import type { Surface } from "./surface.ts";

/** How far the mouse moves before a press becomes a marquee. */
const THRESHOLD = 6;
/** Near the edge of the window the content scrolls along. */
const EDGE = 48;
const EDGE_SPEED = 24;

type Point = { x: number; y: number };

/** The ranges of slots whose pictures a rectangle of the content touches. */
export function slotsInside(layout: Layout, a: Point, b: Point): [from: number, to: number][] {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  const ranges: [number, number][] = [];
  if (layout.rows === 0) return ranges;
  for (let row = rowAt(layout, Math.max(0, top)); row < layout.rows && readRow(layout, row).top <= bottom; row++) {
    let from = -1;
    let to = -1;
    placeRow(layout, row, (slot, x, width) => {
      if (x > right || x + width < left) return;
      if (from < 0) from = slot;
      to = slot + 1;
    });
    if (from >= 0) ranges.push([from, to]);
  }
  return ranges;
}

/** Selection by dragging the mouse over the grid. With Ctrl, Cmd or Shift what was selected before stays. */
export function createMarquee(surface: Surface, host: HTMLElement) {
  const { box, layer, selection, scroll } = surface;
  const frame = element("div", "grid-marquee");
  frame.hidden = true;
  host.append(frame);
  let start: Point | undefined;
  /** That of the selection, as of `start`: later the content there may be another. */
  let era = 0;
  let pointer = { x: 0, y: 0 };
  let restore: (() => void) | undefined;
  let drawnAt = 0;
  let loop = 0;

  const toContent = ({ x, y }: Point): Point => {
    const rect = box.getBoundingClientRect();
    return { x: x - rect.left - layer.offsetLeft, y: y - rect.top + scroll.offset() };
  };

  function down(event: PointerEvent): void {
    if (event.pointerType !== "mouse" || event.button !== 0 || (event.target instanceof Element && event.target.closest("button"))) return;
    if (event.clientX >= box.getBoundingClientRect().left + box.clientWidth) return;
    pointer = { x: event.clientX, y: event.clientY };
    start = toContent(pointer);
    era = selection.era();
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("keydown", cancel, true);
  }

  function move(event: PointerEvent): void {
    pointer = { x: event.clientX, y: event.clientY };
    if (!start) return;
    keepUp();
    const at = toContent(pointer);
    if (!restore && Math.hypot(at.x - start.x, at.y - start.y) < THRESHOLD) return;
    if (!restore) {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) selection.clear();
      restore = selection.save();
      host.dataset["drawing"] = "";
      loop = requestAnimationFrame(step);
    }
    draw();
  }

  /** When slots have become other photos', what is selected stays, and the frame begins anew where the mouse is. */
  function keepUp(): void {
    if (era === selection.era()) return;
    era = selection.era();
    start = toContent(pointer);
    if (restore) restore = selection.save();
  }

  /** Scrolls while the mouse is held at an edge. */
  function step(): void {
    const rect = box.getBoundingClientRect();
    const above = Math.max(0, rect.top + EDGE - pointer.y);
    const below = Math.max(0, pointer.y - rect.bottom + EDGE);
    const speed = (Math.min(below, EDGE) - Math.min(above, EDGE)) / EDGE;
    if (speed !== 0) {
      box.scrollTop += speed * EDGE_SPEED;
      draw();
    }
    loop = requestAnimationFrame(step);
  }

  function draw(): void {
    const { layout } = surface.shown;
    if (!start || !restore || !layout) return;
    keepUp();
    const at = toContent(pointer);
    restore();
    selection.add(slotsInside(layout, start, at));
    const top = Math.min(start.y, at.y) - scroll.offset();
    const left = Math.min(start.x, at.x) + layer.offsetLeft;
    frame.hidden = false;
    frame.style.transform = `translate(${left}px, ${top}px)`;
    frame.style.width = `${Math.abs(at.x - start.x)}px`;
    frame.style.height = `${Math.abs(at.y - start.y)}px`;
  }

  function end(): void {
    if (restore) drawnAt = performance.now();
    cancelAnimationFrame(loop);
    start = undefined;
    restore = undefined;
    frame.hidden = true;
    delete host.dataset["drawing"];
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", end);
    window.removeEventListener("keydown", cancel, true);
  }

  function cancel(event: KeyboardEvent): void {
    if (event.key !== "Escape" || !restore) return;
    event.stopPropagation();
    restore();
    selection.add([]);
    end();
  }

  box.addEventListener("pointerdown", down);
  return {
    /** True for the click that ends a drag. */
    justDrawn: () => performance.now() - drawnAt < 50,
    close(): void {
      end();
      box.removeEventListener("pointerdown", down);
      frame.remove();
    },
  };
}
