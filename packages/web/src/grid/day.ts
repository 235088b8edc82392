import { dayName } from "../lib/dates.ts";
import { element } from "../lib/dom.ts";
import { isDated, type Day } from "./library.ts";
import type { Share } from "./selection.ts";

/** The nodes of a day: its heading with a check, and the list that its tiles are in. */
export type DayNode = {
  node: HTMLElement;
  head: HTMLElement;
  title: HTMLElement;
  check: HTMLButtonElement;
  list: HTMLElement;
  day: Day;
};

/** Below this width a heading is written short. */
const NARROW = 190;

let serial = 0;

export function createDay(day: Day): DayNode {
  const node = element("div", "day");
  const head = element("div", "day-head");
  const title = element("h2", "day-title");
  title.id = `day-${++serial}`;
  const check = element("button", "day-check");
  check.type = "button";
  check.tabIndex = -1;
  check.setAttribute("role", "checkbox");
  const list = element("div", "day-list");
  list.setAttribute("role", "list");
  if (isDated(day)) list.setAttribute("aria-labelledby", title.id);
  else list.setAttribute("aria-label", "Photos");
  head.hidden = !isDated(day);
  head.append(check, title);
  node.append(head, list);
  return { node, head, title, check, list, day };
}

/** The number of a date: one day of a library has it. */
export function dateKey(day: Day): number {
  return day.year * 10_000 + day.month * 100 + day.day;
}

/** Writes the heading and puts it above its part of the row; `top` is relative to the layer's origin. */
export function placeDay(node: DayNode, day: Day, left: number, top: number, width: number): void {
  node.day = day;
  if (!isDated(day)) return;
  const name = dayName(day, width < NARROW ? "narrow" : "wide");
  if (node.title.textContent !== name) node.title.textContent = name;
  const label = `Select all of ${dayName(day)}`;
  if (node.check.getAttribute("aria-label") !== label) node.check.setAttribute("aria-label", label);
  node.head.style.transform = `translate(${left}px, ${top}px)`;
  node.head.style.width = `${width}px`;
}

export function markDay(node: DayNode, share: Share): void {
  node.check.setAttribute("aria-checked", share === "some" ? "mixed" : String(share === "all"));
}
