import { counted, formatBytes } from "../lib/format.ts";
import { timeLeftText } from "./rate.ts";
import type { View } from "./view.ts";

/** The line at the top of the tray. "Safe" is said only of what the server has verified. */
export function headline(view: View): string {
  const { total, unsent, checking, running } = view;
  if (!running) return outcome(view);
  if (view.hold === "signed-out") return "Sign in to continue";
  if (view.hold === "full") return "The storage is full";
  if (view.hold === "offline") return "You are offline";
  const count = `${(total - unsent).toLocaleString("en")} of ${total.toLocaleString("en")}`;
  if (view.hold === "paused") return `Paused at ${count}`;
  if (checking > 0 && unsent === 0) return `Verifying the last ${checking.toLocaleString("en")}`;
  return view.sent || view.waiting ? `Uploading ${count}` : `Looking through ${count}`;
}

/** The quiet line under the bar. */
export function subline(view: View): string {
  if (!view.running) return [sharedReason(view), leftovers(view)].filter(Boolean).join(" ");
  if (view.hold === "signed-out") return "The upload waits here.";
  if (view.hold === "full") return "Make some room: it carries on by itself. Nothing is lost.";
  if (view.hold === "offline") return "It carries on by itself once you are back online.";
  if (view.hold === "paused") return "Keep this page open, or the rest is not uploaded.";
  if (view.outage) return `${view.outage.reason} ${retryText(view.outage.until, view.now)}`;
  const next = view.waiting ? view.rows.find(({ reason, retryAt }) => reason !== undefined && retryAt !== undefined) : undefined;
  if (next) return `${next.reason} ${retryText(next.retryAt ?? 0, view.now)}`;
  if (view.unsent === 0) return "Everything is sent. You may close this page.";
  const parts = [
    view.bytesPerSecond > 0 ? `${formatBytes(Math.round(view.bytesPerSecond))}/s` : "",
    view.secondsLeft === undefined ? "" : timeLeftText(view.secondsLeft),
    "keep this page open",
  ];
  const text = parts.filter((part) => part !== "").join(" · ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Why several files failed that all did for one reason: said once, above them. */
export function sharedReason({ running, failed, rows }: View): string | undefined {
  const reasons = new Set(rows.filter(({ state }) => state === "failed").map(({ reason }) => reason));
  return !running && failed > 1 && reasons.size === 1 ? [...reasons][0] : undefined;
}

/** `Next try in 8 s.` */
export function retryText(until: number, now: number): string {
  const seconds = Math.ceil((until - now) / 1000);
  return seconds > 0 ? `Next try in ${seconds} s.` : "Trying again.";
}

function outcome({ total, safe, duplicates, addedTo, failed, photos }: View): string {
  if (total === 0) return "Nothing to upload";
  const noun = photos ? "photo" : "file";
  if (failed === total) return total === 1 ? "1 file failed" : `All ${counted(total, "file")} failed`;
  const good = safe === 0 ? "" : `${counted(safe, noun)} ${safe === 1 ? "is" : "are"} safe`;
  if (duplicates === total && addedTo !== undefined) return `${hereText(total, noun)}; added to “${addedTo}”`;
  if (duplicates === total) return total === 1 ? `This ${noun} was already there` : `All ${counted(total, noun)} were already there`;
  const bad = failed === 0 ? "" : `${failed.toLocaleString("en")} failed`;
  const there = duplicates === 0 || good !== "" ? "" : `${counted(duplicates, noun)} already there`;
  return [good, there, bad].filter((part) => part !== "").join(", ");
}

function hereText(count: number, noun: string): string {
  return `${counted(count, noun)} ${count === 1 ? "was" : "were"} here already`;
}

function leftovers({ total, safe, duplicates, addedTo, sidecars, skipped, unreadable, unread }: View): string {
  const parts = [
    duplicates > 0 && duplicates === total ? "Nothing was sent." : "",
    duplicates > 0 && duplicates < total && addedTo !== undefined ? `${hereText(duplicates, "file")}; added to “${addedTo}”.` : "",
    duplicates > 0 && safe > 0 && addedTo === undefined
      ? `${counted(duplicates, "file")} ${duplicates === 1 ? "was" : "were"} already there.`
      : "",
    sidecarText(sidecars),
    ...skippedTexts(skipped.names),
    unreadable > 0 ? `${counted(unreadable, "file")} could not be opened.` : "",
    unread.length > 0 ? `${unread.length === 1 ? "One folder" : "Some folders"} could not be read completely: ${namesText(unread)}.` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

/** Why the library counts fewer than were sent. */
function sidecarText(sidecars: number): string {
  if (sidecars === 0) return "";
  return `${counted(sidecars, "sidecar file")}, such as XMP, ${sidecars === 1 ? "is" : "are"} kept with your photos but not shown.`;
}

/** What was left out, with at most three names of each sort: what systems leave behind is called the same in every folder. */
function skippedTexts(names: readonly string[]): string[] {
  const dotted = names.filter((name) => name.startsWith("."));
  const others = names.filter((name) => !name.startsWith("."));
  return [
    dotted.length > 0 ? `Hidden files were left out: ${namesText(dotted)}.` : "",
    others.length > 0 ? `Files that only your system needs were left out: ${namesText(others)}.` : "",
  ];
}

function namesText(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and others` : names.join(", ");
}
