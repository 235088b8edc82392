import type { Change } from "../../lib/api.ts";
import { counted } from "../../lib/format.ts";

/** What a toast says of what was done to so many photos, and of those of other people that were selected too and to which nothing was. */
export function doneText(change: Change, count: number, others: readonly { addedBy: string | null }[] = []): string {
  return `${changeText(change, count)}${othersText(others)}`;
}

function changeText(change: Change, count: number): string {
  if (count === 0) return "Nothing to change: it was so already";
  const items = counted(count, "item");
  if ("favourite" in change) return change.favourite ? `${items} added to favourites` : `${items} taken out of favourites`;
  if ("rating" in change) return change.rating === null ? `Rating of ${items} removed` : `${items} rated ${change.rating} of 5`;
  if ("archived" in change) return change.archived ? `${items} archived` : `${items} taken out of the archive`;
  if ("locked" in change) return change.locked ? `${items} locked` : `${items} unlocked`;
  return change.trashed ? `${items} moved to the bin` : `${items} restored`;
}

function othersText(others: readonly { addedBy: string | null }[]): string {
  if (others.length === 0) return "";
  const [name, ...more] = new Set(others.map(({ addedBy }) => addedBy));
  const whose = name === undefined || name === null || more.length > 0 ? "not yours" : `${name.split(" ")[0]}’s`;
  return others.length === 1 ? `; the other one is ${whose}` : `; the other ${others.length.toLocaleString("en")} are ${whose}`;
}

/** What a toast says of what guests have sent and was decided on. */
export function decidedText(count: number, accept: boolean): string {
  return count === 0 ? "They do not wait any more" : `${counted(count, "item")} ${accept ? "accepted" : "declined"}`;
}

/** And of what waits for a decision again. */
export function waitsText(count: number): string {
  return count === 0 ? "Nothing to undo" : counted(count, "item waits again", "items wait again");
}

const DAY_MS = 86_400_000;
/** How long the bin keeps what lies in it. */
export const KEPT_DAYS = 30;

/** "deleted for good in 12 days" */
export function endText(trashedAt: string, now: number): string {
  const left = Math.ceil((Date.parse(trashedAt) + KEPT_DAYS * DAY_MS - now) / DAY_MS);
  return left <= 0 ? "Deleted for good today" : `Deleted for good in ${counted(left, "day")}`;
}
