import { mdiHeart } from "@mdi/js";
import { dateName, durationName } from "../lib/dates.ts";
import { element, icon } from "../lib/dom.ts";
import { averageColour, blurOf, blurWhenIdle, forgetBlur } from "./hash.ts";
import type { Item } from "./items.ts";
import type { Box } from "./layout.ts";
import { isDated, type Day } from "./library.ts";
import type { Pending } from "./pending.ts";
import { createPlaceholder, mark } from "./placeholder.ts";

/** What a tile shows: an asset, one that is still uploading, or a place whose item is not loaded yet. */
export type Face =
  | { kind: "asset"; key: string; item: Item; href: string }
  | { kind: "pending"; key: string; tile: Pending }
  | { kind: "empty"; key: string };

/** How far a tile's thumbnail is. */
type Picture = "none" | "loading" | "shown" | "failed";

/** A DOM node of the pool and what it shows now. */
export type Tile = {
  node: HTMLElement;
  link: HTMLAnchorElement;
  check: HTMLButtonElement;
  image: HTMLImageElement;
  slot: number;
  key: string;
  item: Item | undefined;
  picture: Picture;
  /** Ends a load that is under way. */
  cancel: (() => void) | undefined;
  /** Elements that only some tiles have. */
  extras: HTMLElement[];
};

/** What a link that hides names calls files instead. */
const NEUTRAL: ReadonlySet<string> = new Set(["photo", "video", "file"]);
const KIND_NAME = { photo: "Photo", video: "Video", raw: "Raw photo", sidecar: "Sidecar", other: "File" };

export function createTile(): Tile {
  const node = element("div", "tile");
  node.setAttribute("role", "listitem");
  const link = element("a", "tile-link");
  link.tabIndex = -1;
  link.draggable = false;
  const image = element("img", "tile-image");
  image.alt = "";
  image.draggable = false;
  image.decoding = "async";
  const check = element("button", "tile-check");
  check.type = "button";
  check.tabIndex = -1;
  check.setAttribute("role", "checkbox");
  link.append(image);
  node.append(link, check);
  image.addEventListener("transitionend", () => uncover(link, image));
  return { node, link, check, image, slot: -1, key: "", item: undefined, picture: "none", cancel: undefined, extras: [] };
}

/** Empties a tile for another use; an image that is still loading is cancelled. */
export function resetTile(tile: Tile): void {
  clearPicture(tile);
  for (const extra of tile.extras) extra.remove();
  tile.extras = [];
  tile.item = undefined;
  tile.key = "";
  delete tile.node.dataset["pending"];
  tile.link.removeAttribute("href");
  tile.link.removeAttribute("aria-label");
  tile.link.removeAttribute("role");
  tile.link.style.background = "";
}

/** Drops the thumbnail, so that it is loaded again or another one in its place. */
export function clearPicture(tile: Tile): void {
  if (tile.item?.thumbhash) forgetBlur(tile.item.thumbhash);
  tile.cancel?.();
  tile.image.removeAttribute("src");
  tile.image.classList.remove("shown", "now");
  tile.picture = "none";
}

/** The thumbnail has come: it fades in over what is painted below, or is there at once. */
export function showPicture(tile: Tile, fading: boolean): void {
  tile.picture = "shown";
  tile.image.classList.add("shown");
  if (fading) return;
  tile.image.classList.add("now");
  uncover(tile.link, tile.image);
}

/** What lies below a picture that covers it is not painted any more. */
function uncover(link: HTMLElement, image: HTMLElement): void {
  if (image.classList.contains("shown")) link.style.background = "";
}

/** Shows a face. What stays the same is left alone, so that a tile which keeps its asset never blinks. */
export function showFace(tile: Tile, face: Face, day: Day): void {
  if (face.kind === "asset") return showAsset(tile, face, day);
  if (face.kind === "pending") return showPending(tile, face.tile, day);
  if (tile.item) resetTile(tile);
  tile.key = face.key;
  tile.check.setAttribute("aria-label", ["Select", dayText(day)].filter(Boolean).join(", "));
}

function showAsset(tile: Tile, { item, href }: Extract<Face, { kind: "asset" }>, day: Day): void {
  const before = tile.item;
  const wasPending = "pending" in tile.node.dataset;
  tile.key = item.id;
  tile.item = item;
  if (before === item) return;
  tile.link.href = href;
  tile.link.removeAttribute("role");
  const name = nameOf(item, day);
  tile.link.setAttribute("aria-label", name);
  tile.check.setAttribute("aria-label", `Select ${name}`);
  delete tile.node.dataset["pending"];
  if (before?.id === item.id && samePicture(before.thumb, item.thumb)) {
    if (before.missing !== item.missing || before.favourite !== item.favourite) showExtras(tile, item);
    // A URL that had expired has been renewed.
    if (tile.picture === "failed" && before.thumb !== item.thumb) tile.picture = "none";
    // It is to come by another way, and may never come by this one.
    if (tile.picture === "loading" && pathOf(before.thumb) !== pathOf(item.thumb)) {
      tile.cancel?.();
      tile.picture = "none";
    }
    return;
  }
  if (before) clearPicture(tile);
  // The local preview stays until the thumbnail takes its place.
  if (wasPending) tile.picture = "none";
  if (item.thumbhash && !wasPending) paintUnder(tile, item.thumbhash);
  showExtras(tile, item);
}

function showPending(tile: Tile, { key, kind, name, previewUrl, state, progress }: Pending, day: Day): void {
  tile.node.dataset["pending"] = state;
  tile.node.style.setProperty("--progress", String(progress));
  if (tile.key === key && tile.image.getAttribute("src") === previewUrl) return;
  tile.key = key;
  // Nothing to open yet: without an address it is a picture, not a link.
  tile.link.setAttribute("role", "img");
  tile.link.setAttribute("aria-label", [`Uploading ${name}`, dayText(day)].filter(Boolean).join(", "));
  for (const extra of tile.extras) extra.remove();
  tile.extras = [];
  if (!previewUrl) return addExtra(tile, createPlaceholder({ kind, name }));
  tile.image.src = previewUrl;
  tile.image.classList.add("shown", "now");
  tile.picture = "shown";
}

/** The average colour at once, the blurred picture when the page is idle; both lie under the thumbnail. */
function paintUnder(tile: Tile, thumbhash: string): void {
  const colour = averageColour(thumbhash);
  const paint = (url: string) => (tile.link.style.background = `${colour} center / 100% 100% no-repeat url("${url}")`);
  const known = blurOf(thumbhash);
  if (known) return void paint(known);
  tile.link.style.background = colour;
  blurWhenIdle(thumbhash, (url) => {
    if (tile.item?.thumbhash === thumbhash && tile.picture !== "shown") paint(url);
  });
}

function showExtras(tile: Tile, item: Item): void {
  for (const extra of tile.extras) extra.remove();
  tile.extras = [];
  if (!item.thumb) addExtra(tile, createPlaceholder(item));
  if (item.durationMs !== null) {
    const pill = mark("tile-pill");
    pill.dataset["text"] = durationName(item.durationMs);
    addExtra(tile, pill);
  }
  if (item.favourite) {
    const heart = mark("tile-heart");
    heart.append(icon(mdiHeart));
    addExtra(tile, heart);
  }
  if (item.missing) {
    const note = mark("tile-missing");
    note.dataset["text"] = "Original missing";
    addExtra(tile, note);
  }
}

function addExtra(tile: Tile, extra: HTMLElement): void {
  tile.link.append(extra);
  tile.extras.push(extra);
}

/** Puts a tile in its place, relative to the layer's origin. */
export function placeTile(tile: Tile, box: Box, origin: number): void {
  const { style } = tile.node;
  style.transform = `translate(${box.left}px, ${box.top - origin}px)`;
  style.width = `${box.width}px`;
  style.height = `${box.height}px`;
}

/** The name of an asset for a screen reader: "Photo, 21 November 2026". */
export function nameOf(item: Item, day: Day): string {
  const parts = [KIND_NAME[item.kind], item.durationMs === null ? "" : durationName(item.durationMs), dayText(day)];
  // One that is not told is that of its kind.
  const isTold = !NEUTRAL.has(item.name);
  if (isTold && (item.kind === "other" || item.state === "unprocessable")) parts.splice(1, 0, item.name);
  if (item.favourite) parts.push("favourite");
  if (item.missing) parts.push("original missing");
  return parts.filter((part) => part !== "").join(", ");
}

function dayText(day: Day): string {
  return isDated(day) ? dateName(day) : "";
}

/** Of the same asset: signed URLs of one object differ in their query, and by another way to the store in all before the file's name. */
function samePicture(a: string | null, b: string | null): boolean {
  return pathOf(a)?.split("/").at(-1) === pathOf(b)?.split("/").at(-1);
}

function pathOf(url: string | null): string | undefined {
  return url?.split("?")[0];
}
