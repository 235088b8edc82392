import { counted, formatCount } from "../lib/format.ts";
import { monthName } from "../lib/dates.ts";
import type { Layout } from "./layout.ts";
import { placeTicks } from "./ticks.ts";
import { createTrack, offsetAfter, type Track } from "./track.ts";

/** What the scrubber moves. Offsets are pixels of the content. */
export type Scrollable = { layout: () => Layout | undefined; offset: () => number; range: () => number; scrollTo: (y: number) => void };

/** What the ticks were drawn of. */
type Drawn = { layout: Layout; height: number; range: number; track: Track };

/** How long the handle stays after the last scroll, where it is not always there. */
const LINGER_MS = 1_200;

/** Room above and below the track's ends. */
const INSET = 12;

/** The height of the bubble with a little air: it never leaves the track. */
const BUBBLE = 40;

/** The time line at the right edge: years, dots for months, where one is; click and drag jump, a bubble tells month and count. */
export function createScrubber(host: HTMLElement, content: Scrollable) {
  const root = node("div", "scrubber", host);
  root.hidden = true;
  const ticks = node("div", "scrubber-ticks", root);
  ticks.setAttribute("aria-hidden", "true");
  const handle = node("div", "scrubber-handle", root);
  const bubble = node("div", "scrubber-bubble", root);
  bubble.setAttribute("aria-hidden", "true");
  handle.tabIndex = 0;
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-label", "Timeline");
  handle.setAttribute("aria-orientation", "vertical");
  handle.setAttribute("aria-valuemin", "0");
  let drawn: Drawn | undefined;
  /** While it is dragged: the pointer, and how far below the handle's middle a finger took hold of it. */
  let drag: { pointer: number; grip: number } | undefined;
  let linger = 0;
  let lastOffset = -1;

  const room = () => Math.max(1, root.clientHeight - 2 * INSET);
  const toPixels = (line: number, { height }: Layout) => INSET + Math.min(1, Math.max(0, line) / Math.max(1, height)) * room();

  /** Draws the ticks again when the layout is another one, and moves the handle. Measures first and writes then. */
  function update(): void {
    const layout = content.layout();
    const y = content.offset();
    const range = content.range();
    root.hidden = !layout || layout.library.count === 0 || range <= 0 || layout.library.months.some(({ month }) => month === 0);
    if (!layout || root.hidden) return;
    const { track } = drawnFor(layout, range);
    const line = track.lineOf(y);
    handle.style.transform = `translateY(${toPixels(line, layout)}px)`;
    if (y !== lastOffset && lastOffset >= 0) stay();
    lastOffset = y;
    if (document.activeElement === handle && !drag) tell(layout, track.monthOf(line), toPixels(line, layout));
    const at = track.monthOf(line);
    const text = textOf(layout, at, "long");
    if (handle.getAttribute("aria-valuetext") === text) return;
    handle.setAttribute("aria-valuenow", String(at));
    handle.setAttribute("aria-valuetext", text);
  }

  function stay(): void {
    root.dataset["scrolling"] = "";
    clearTimeout(linger);
    linger = setTimeout(() => delete root.dataset["scrolling"], LINGER_MS);
  }

  function drawnFor(layout: Layout, range: number): Drawn {
    const height = root.clientHeight;
    if (drawn?.layout === layout && drawn.height === height && drawn.range === range) return drawn;
    const track = createTrack(layout, range, host.clientHeight);
    const marks = layout.library.months.map(({ month }, at) => ({ month, y: toPixels(track.topOf(at), layout) }));
    const { years, dots } = placeTicks(marks, height);
    ticks.replaceChildren(
      ...years.map(({ year, y }) => tick("scrubber-year", y, String(year))),
      ...dots.map((y) => tick("scrubber-dot", y, "")),
    );
    handle.setAttribute("aria-valuemax", String(layout.library.months.length - 1));
    return (drawn = { layout, height, range, track });
  }

  function point(event: PointerEvent): void {
    const layout = content.layout();
    if (!layout || (drag && drag.pointer !== event.pointerId)) return;
    const { track } = drawnFor(layout, content.range());
    const share = Math.min(1, Math.max(0, (event.clientY - (drag?.grip ?? 0) - root.getBoundingClientRect().top - INSET) / room()));
    const line = share * layout.height;
    if (drag) content.scrollTo(track.offsetOf(line));
    tell(layout, track.monthOf(line), INSET + share * room());
  }

  /** Puts the bubble beside a height of the track. */
  function tell(layout: Layout, month: number, y: number): void {
    const text = textOf(layout, month, "short");
    if (bubble.textContent !== text) bubble.textContent = text;
    const middle = Math.min(Math.max(y, BUBBLE / 2), root.clientHeight - BUBBLE / 2);
    bubble.style.transform = `translateY(${middle}px) translateY(-50%)`;
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0 || drag) return;
    event.preventDefault();
    const { top, height } = handle.getBoundingClientRect();
    // A mouse aims at a year, even at one beside the handle; a finger takes the handle anywhere.
    const held = event.pointerType !== "mouse" && event.target === handle;
    drag = { pointer: event.pointerId, grip: held ? event.clientY - top - height / 2 : 0 };
    root.setPointerCapture(event.pointerId);
    root.dataset["dragging"] = "";
    if (!held) point(event);
  }

  function up(event: PointerEvent): void {
    if (drag?.pointer !== event.pointerId) return;
    drag = undefined;
    delete root.dataset["dragging"];
    stay();
  }

  function key(event: KeyboardEvent): void {
    const layout = content.layout();
    const target = layout && offsetAfter(event.key, layout, drawnFor(layout, content.range()).track, content.offset());
    if (target === undefined) return;
    event.preventDefault();
    content.scrollTo(target);
  }

  root.addEventListener("pointerdown", down);
  root.addEventListener("pointermove", point);
  root.addEventListener("pointerup", up);
  root.addEventListener("pointercancel", up);
  handle.addEventListener("keydown", key);
  handle.addEventListener("focus", update);
  return {
    update,
    close(): void {
      clearTimeout(linger);
      root.remove();
    },
  };
}

function textOf(layout: Layout, at: number, length: "long" | "short"): string {
  const month = layout.library.months[at]!;
  const count = month.ratios.length;
  return length === "long"
    ? `${monthName(month.month)}, ${counted(count, "item")}`
    : `${monthName(month.month, "short")} · ${formatCount(count)}`;
}

function tick(className: string, y: number, text: string): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  element.textContent = text;
  element.style.top = `${y}px`;
  return element;
}

function node(name: "div", className: string, parent: HTMLElement): HTMLElement {
  const element = document.createElement(name);
  element.className = className;
  parent.append(element);
  return element;
}
