import { dateName, localDay, nextMonth } from "../../lib/dates.ts";
import { counted, formatBytes, formatCount } from "../../lib/format.ts";
import { mediaText } from "../../lib/media.ts";
import type { View } from "../../upload/view.ts";
import type { Missing, Opened, Shared } from "./types.ts";

/** "148 photos · 6 videos · 2 files · shared by Anna until 31 December": the year only where it is another one. */
export function aboutText({ count, videos, files, sharedBy, expiresAt }: Opened, now: Date = new Date()): string {
  const photos = count - videos - files;
  const parts = [
    photos > 0 || count === 0 ? counted(photos, "photo") : "",
    videos > 0 ? counted(videos, "video") : "",
    files > 0 ? counted(files, "file") : "",
  ];
  const until = expiresAt === null ? "" : ` until ${dateName(localDay(expiresAt), now.getFullYear())}`;
  return [...parts, `shared by ${sharedBy}${until}`].filter((part) => part !== "").join(" · ");
}

/** "Download all · 1.9 GB"; copies that tell nothing are of about the size of their originals. */
export function downloadText({ bytes, hidesMetadata }: Pick<Opened, "bytes" | "hidesMetadata">): string {
  if (bytes === null || bytes === 0) return "Download all";
  return `Download all · ${hidesMetadata ? "about " : ""}${formatBytes(bytes)}`;
}

/** Why all of it cannot be had at once, where that is so: nothing but who made the link says how much it may give. */
export function overText({ may, count, sharedBy }: Pick<Opened, "may" | "count" | "sharedBy">): string {
  if (!may.download || may.downloadAll || count === 0) return "";
  if (count === 1) return `It is larger than what may still be downloaded here this month. Ask ${sharedBy}.`;
  return `All together are more than may still be downloaded here this month. Select some, or ask ${sharedBy}.`;
}

/** What of all of it cannot be had, said beforehand, and why: files that are gone, or of which what the link gives cannot be made. */
export function shortText({ may, count, files, savable, hidesMetadata }: Short): string {
  if (!may.download || savable === count) return "";
  const lost = count - savable;
  const [these, them] = lost === 1 ? ["This file", "it"] : ["These files", "them"];
  const what = lost === count ? these : `${formatCount(lost)} of ${counted(count, "file")}`;
  const kinds = lost === 1 ? "It is neither a photo nor a video" : "They are neither photos nor videos";
  const none = `there is ${noneOf(them, { may, hidesMetadata })}.`;
  const why = files === lost && (hidesMetadata || !may.originals) ? `${kinds}, and ${none}` : none.replace(/^t/u, "T");
  return `${what} cannot be downloaded from here. ${why}`;
}

type Short = Pick<Opened, "may" | "count" | "files" | "savable" | "hidesMetadata">;

function noneOf(them: string, { may, hidesMetadata }: Pick<Opened, "may" | "hidesMetadata">): string {
  if (!may.originals) return `no preview of ${them}`;
  return hidesMetadata ? `no copy of ${them} without place and camera` : `no original of ${them} in the storage any more`;
}

/** Why a link shows nothing of a file that is there; undefined where that is not the link's doing. */
export function unseenText(
  { kind, type, urls }: Unseen,
  { may, hidesMetadata }: Pick<Opened, "may" | "hidesMetadata">,
): string | undefined {
  const isFile = kind === "sidecar" || kind === "other";
  const isKept = kind === "video" && urls.original === null;
  if (isKept && !may.originals) return "Videos are not played through this link: it gives previews only.";
  // Of a copy that is there its own type is told.
  if (!hidesMetadata || !(isFile || (isKept && !type.startsWith("video/")))) return undefined;
  const what = isFile ? "Files of this kind are" : "This video is";
  const of = isFile ? "them" : "it";
  return `${what} not shown through this link, which hides place and camera: no copy of ${of} without these can be made.`;
}

type Unseen = Pick<Shared, "kind" | "type" | "urls">;

/** While copies are made for this link; `progress` is how far the rest has come, empty before it begins. */
export function pendingText(copies: number, progress: string): string {
  const text = `${counted(copies, "copy", "copies")} without metadata`;
  return progress === "" ? `Preparing ${text}` : `${progress} · ${text} to come`;
}

/** Of `all` that were to be saved these are left out; `names` as `missingName` has them. */
export function lostText(names: readonly string[], all: number): string {
  const lost = names.length;
  if (lost === all) return `Nothing was downloaded: ${lost === 1 ? "this file" : "these files"} cannot be downloaded from here.`;
  const [is, they] = lost === 1 ? ["is", "it"] : ["are", "they"];
  const more = lost - NAMED;
  const told = more > 0 ? [...names.slice(0, NAMED), `${formatCount(more)} more`] : names;
  return `${counted(lost, "file")} ${is} left out, because ${they} cannot be downloaded from here: ${LIST.format(told)}.`;
}

/** So many are called by their names. */
const NAMED = 5;
const LIST = new Intl.ListFormat("en-GB");

/** What is left out, by its name, or where that is not told by its place on the page: `video 7 on this page`. */
export function missingName({ name }: Missing, place: number, hidesMetadata: boolean): string {
  if (name === null) return "one that was removed";
  return hidesMetadata ? `${name} ${formatCount(place)} on this page` : name;
}

/** What a guest has sent, as its owner has it to look at: what was chosen twice is there once. */
export function thanksText({ safe, videos, duplicates }: Pick<View, "safe" | "videos" | "duplicates">, sharedBy: string): string {
  const twice = duplicates === 0 ? "" : ` ${counted(duplicates, "file was", "files were")} chosen twice, and went once.`;
  return `Thank you. ${mediaText(safe, videos)} went to ${sharedBy}, and ${safe === 1 ? "appears" : "appear"} here once accepted.${twice}`;
}

/** Of a link through which its budget was fetched. */
export function closedText(now: Date = new Date()): string {
  return `So much was fetched through this link that it is closed until ${dateName(nextMonth(now))}.`;
}

/** How long to wait, after too many wrong passwords. */
export function waitText(seconds: number | undefined): string {
  if (seconds === undefined || seconds <= 90) return "Too many tries. Wait a minute before the next one.";
  return `Too many tries. Wait ${Math.ceil(seconds / 60)} minutes before the next one.`;
}
