import { mdiCameraIris, mdiFileOutline, mdiImageOutline, mdiVideoOutline } from "@mdi/js";
import { element, icon } from "../lib/dom.ts";
import type { Item } from "./items.ts";

const ICONS: Record<Item["kind"], string> = {
  photo: mdiImageOutline,
  video: mdiVideoOutline,
  raw: mdiCameraIris,
  sidecar: mdiFileOutline,
  other: mdiFileOutline,
};

/** In place of a picture: the icon of its kind, its type and its name. Why there is none is told where it is opened. */
export function createPlaceholder({ kind, name }: Pick<Item, "kind" | "name">): HTMLElement {
  const node = mark("tile-type");
  const label = mark("tile-name");
  node.dataset["text"] = extensionOf(name);
  label.dataset["text"] = name;
  node.append(icon(ICONS[kind]), label);
  return node;
}

/** A part of a tile that says what the link's name says already; its text comes by style, so that it is no second name. */
export function mark(className: string): HTMLElement {
  const node = element("span", className);
  node.setAttribute("aria-hidden", "true");
  return node;
}

/** "NEF" of "DSC_0412.nef"; at most five letters. */
function extensionOf(name: string): string {
  return (/\.([^.]{1,5})$/u.exec(name)?.[1] ?? "").toUpperCase();
}
