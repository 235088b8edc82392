import { mdiCalendarBlank, mdiCamera, mdiClose, mdiImage, mdiMapMarker } from "@mdi/js";
import { displayName } from "@tintype/core/asset";
import { momentName } from "../../lib/dates.ts";
import { icon } from "../../lib/dom.ts";
import { messageOf } from "../../lib/http.ts";
import { cameraText, exposureText, fileText, positionText, zoneText } from "../info/describe.ts";
import { iconButton, tag } from "./dom.ts";
import type { Shared } from "./types.ts";
import "../info/info-panel.css";

/** What is known of the photo that is looked at, beside it, where the link shows it. */
export function createInfo(ask: (id: string) => Promise<Shared>, onClose: () => void) {
  const fields = tag("div", "");
  const node = tag("aside", "info", tag("header", "info-head", tag("h2", "", "Info"), iconButton(mdiClose, "Close info", onClose)), fields);
  node.setAttribute("aria-label", "Info");
  let shown = "";

  async function show(id: string): Promise<void> {
    if (id === shown) return;
    shown = id;
    try {
      const photo = await ask(id);
      if (id === shown) fields.replaceChildren(...rowsOf(photo));
    } catch (error) {
      if (id === shown) fields.replaceChildren(tag("p", "info-error", messageOf(error)));
    }
  }
  return { node, show: (id: string) => void show(id) };
}

function rowsOf(photo: Shared): HTMLElement[] {
  const { about } = photo;
  const camera = about ? cameraText(about.exif) : undefined;
  const exposure = about ? exposureText(about.exif) : undefined;
  return [
    about?.description && tag("p", "info-description", about.description),
    about && row(mdiCalendarBlank, momentName(about.localAt), zoneText(about.offsetMinutes, about.zone)),
    row(mdiImage, displayName(photo.name), photo.size === null ? undefined : fileText({ ...photo, size: photo.size })),
    about && (camera ?? exposure) !== undefined && row(mdiCamera, camera ?? about.exif.lens ?? "Exposure", exposure),
    about && about.latitude !== null && about.longitude !== null && row(mdiMapMarker, positionText(about.latitude, about.longitude)),
  ].filter((each) => each instanceof HTMLElement);
}

function row(shape: string, title: string, text?: string): HTMLElement {
  const mark = icon(shape);
  mark.classList.add("icon");
  return tag("div", "info-row", mark, tag("div", "info-text", tag("span", "", title), text !== undefined && tag("small", "", text)));
}
