import type { Point } from "./zoom.ts";

export type GestureHandlers = {
  /** One finger, or the mouse, moves: since the last call, and since it went down. */
  drag: (step: Point, total: Point) => void;
  /** The last finger has left; speed in pixels per millisecond. */
  release: (velocity: Point) => void;
  /** Two fingers spread by `factor` around `center`, and moved by `step`. */
  pinch: (center: Point, factor: number, step: Point) => void;
  tap: (type: string) => void;
  doubleTap: (at: Point) => void;
  wheel: (at: Point, factor: number) => void;
};

const TAP_DISTANCE = 8;
const DOUBLE_TAP_MS = 280;

/** Reads pointers and the wheel on `target` as gestures. Points are measured from its centre. Returns how to stop. */
export function listenGestures(target: HTMLElement, handlers: GestureHandlers): () => void {
  const pointers = new Map<number, Point>();
  let start: Point = { x: 0, y: 0 };
  let moved = false;
  let lastTap = 0;
  let tapTimer = 0;
  let velocity: Point = { x: 0, y: 0 };
  let lastMove = 0;

  const at = (event: { clientX: number; clientY: number }): Point => {
    const rect = target.getBoundingClientRect();
    return { x: event.clientX - rect.left - rect.width / 2, y: event.clientY - rect.top - rect.height / 2 };
  };
  const interactive = (event: Event) => event.target instanceof Element && event.target.closest("button, a, video") !== null;

  function down(event: PointerEvent): void {
    if (event.button !== 0 || interactive(event)) return;
    pointers.set(event.pointerId, at(event));
    if (pointers.size > 1) {
      moved = true;
      return;
    }
    start = at(event);
    moved = false;
    velocity = { x: 0, y: 0 };
    lastMove = event.timeStamp;
  }

  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    // The button was let go where nobody listened, outside the target.
    if (event.buttons === 0) return up(event);
    const now = at(event);
    const step = { x: now.x - before.x, y: now.y - before.y };
    if (pointers.size === 2) pinch(event.pointerId, before, now);
    pointers.set(event.pointerId, now);
    if (pointers.size > 1) return;
    const total = { x: now.x - start.x, y: now.y - start.y };
    if (!moved && Math.hypot(total.x, total.y) < TAP_DISTANCE) return;
    if (!moved) target.setPointerCapture(event.pointerId);
    moved = true;
    const passed = Math.max(1, event.timeStamp - lastMove);
    lastMove = event.timeStamp;
    velocity = { x: 0.4 * velocity.x + (0.6 * step.x) / passed, y: 0.4 * velocity.y + (0.6 * step.y) / passed };
    handlers.drag(step, total);
  }

  function pinch(id: number, before: Point, now: Point): void {
    const other = [...pointers].find(([key]) => key !== id)?.[1];
    if (!other) return;
    const distance = (a: Point) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
    const center = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    handlers.pinch(center, distance(now) / distance(before), { x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 });
  }

  function up(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId)) return;
    const [rest] = pointers.values();
    if (rest) {
      start = rest;
      return;
    }
    if (moved) {
      const stood = event.timeStamp - lastMove > 80;
      handlers.release(stood ? { x: 0, y: 0 } : velocity);
    } else if (event.type === "pointerup") tap(event);
  }

  function tap(event: PointerEvent): void {
    clearTimeout(tapTimer);
    if (event.timeStamp - lastTap < DOUBLE_TAP_MS) {
      lastTap = 0;
      handlers.doubleTap(at(event));
      return;
    }
    lastTap = event.timeStamp;
    tapTimer = setTimeout(() => handlers.tap(event.pointerType), DOUBLE_TAP_MS);
  }

  function wheel(event: WheelEvent): void {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
    // A pinch on a trackpad arrives as a wheel with Ctrl and small steps.
    handlers.wheel(at(event), Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)));
  }

  const stop = new AbortController();
  const { signal } = stop;
  target.addEventListener("pointerdown", down, { signal });
  target.addEventListener("pointermove", move, { signal });
  target.addEventListener("pointerup", up, { signal });
  target.addEventListener("pointercancel", up, { signal });
  target.addEventListener("wheel", wheel, { signal, passive: false });
  return () => {
    clearTimeout(tapTimer);
    stop.abort();
  };
}
