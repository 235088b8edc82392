import { counted, formatCount } from "../lib/format.ts";
import { monthName } from "../lib/dates.ts";
import { readRow, rowAt, rowOf, type Layout } from "./layout.ts";
import { dayAt, monthAt } from "./library.ts";
import { placeTicks } from "./ticks.ts";

/** What the scrubber moves. Offsets are pixels of the content. */
export type Scrollable = { layout: () => Layout | undefined; offset: () => number; range: () => number; scrollTo: (y: number) => void };

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
  let drawn: { layout: Layout; height: number } | undefined;
  let dragging = false;
  let linger = 0;
  let lastOffset = -1;

  const track = () => Math.max(1, root.clientHeight - 2 * INSET);
  /** The track stands for the whole content, so that the months of the last window have places too; the handle is where a window begins. */
  const toTrack = (y: number, { height }: Layout) => INSET + Math.min(1, y / Math.max(1, height)) * track();

  /** Draws the ticks again when the layout is another one, and moves the handle. Measures first and writes then. */
  function update(): void {
    const layout = content.layout();
    const y = content.offset();
    root.hidden = !layout || layout.library.count === 0 || content.range() <= 0;
    if (!layout || root.hidden) return;
    if (drawn?.layout !== layout || drawn.height !== root.clientHeight) draw(layout);
    handle.style.transform = `translateY(${toTrack(y, layout)}px)`;
    if (y !== lastOffset && lastOffset >= 0) stay();
    lastOffset = y;
    const at = monthAtOffset(layout, y);
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

  function draw(layout: Layout): void {
    drawn = { layout, height: root.clientHeight };
    const marks = layout.library.months.map(({ month }, at) => ({ month, y: toTrack(monthTop(layout, at), layout) }));
    const { years, dots } = placeTicks(marks, root.clientHeight);
    ticks.replaceChildren(
      ...years.map(({ year, y }) => tick("scrubber-year", y, String(year))),
      ...dots.map((y) => tick("scrubber-dot", y, "")),
    );
    handle.setAttribute("aria-valuemax", String(layout.library.months.length - 1));
  }

  function point(event: PointerEvent): void {
    const layout = content.layout();
    if (!layout) return;
    const rect = root.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientY - rect.top - INSET) / track()));
    const y = share * layout.height;
    if (dragging) content.scrollTo(y);
    const at = monthAtOffset(layout, y);
    bubble.textContent = textOf(layout, at, "short");
    const middle = Math.min(Math.max(INSET + share * track(), BUBBLE / 2), rect.height - BUBBLE / 2);
    bubble.style.transform = `translateY(${middle}px) translateY(-50%)`;
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    dragging = true;
    root.setPointerCapture(event.pointerId);
    root.dataset["dragging"] = "";
    point(event);
  }

  function up(): void {
    dragging = false;
    delete root.dataset["dragging"];
  }

  function key(event: KeyboardEvent): void {
    const layout = content.layout();
    const target = layout && targetOf(layout, event.key, content);
    if (target === undefined) return;
    event.preventDefault();
    content.scrollTo(target);
  }

  root.addEventListener("pointerdown", down);
  root.addEventListener("pointermove", point);
  root.addEventListener("pointerup", up);
  root.addEventListener("pointercancel", up);
  handle.addEventListener("keydown", key);
  return {
    update,
    close(): void {
      clearTimeout(linger);
      root.remove();
    },
  };
}

/** Where a month of the library begins, heading included. */
function monthTop(layout: Layout, at: number): number {
  return readRow(layout, rowOf(layout, layout.library.first[at]!)).top - layout.metrics.heading;
}

/** The month that is at the top of the window; a heading belongs to what is below it. */
export function monthAtOffset(layout: Layout, y: number): number {
  return monthAt(layout.library, readRow(layout, rowAt(layout, y + layout.metrics.heading)).begin);
}

/** Arrows go by days, pages by months. Down and right are older. */
function targetOf(layout: Layout, key: string, content: Scrollable): number | undefined {
  const y = content.offset();
  const at = monthAtOffset(layout, y);
  const day = dayAt(layout.library, readRow(layout, rowAt(layout, y + layout.metrics.heading)).begin);
  const dayTop = (slot: number) => readRow(layout, rowOf(layout, slot)).top - layout.metrics.heading;
  switch (key) {
    case "PageUp":
      return monthTop(layout, y > monthTop(layout, at) + 1 ? at : Math.max(0, at - 1));
    case "PageDown":
      return at + 1 < layout.library.months.length ? monthTop(layout, at + 1) : content.range();
    case "ArrowUp":
    case "ArrowLeft":
      return dayTop(y > dayTop(day.begin) + 1 ? day.begin : Math.max(0, day.begin - 1));
    case "ArrowDown":
    case "ArrowRight":
      return nextDayTop(layout, day.end, y, dayTop, content.range());
    case "Home":
      return 0;
    case "End":
      return content.range();
    default:
      return undefined;
  }
}

/** The top of the next day that lies lower: days that share a row have the same top. */
function nextDayTop(layout: Layout, from: number, y: number, dayTop: (slot: number) => number, end: number): number {
  for (let slot = from; slot < layout.library.count; slot = dayAt(layout.library, slot).end) if (dayTop(slot) > y) return dayTop(slot);
  return end;
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
