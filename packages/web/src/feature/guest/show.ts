import { mdiArrowLeft, mdiChevronLeft, mdiChevronRight, mdiInformation, mdiPause, mdiPlay, mdiTrayArrowDown } from "@mdi/js";
import { isDated } from "../../grid/library.ts";
import { dateName } from "../../lib/dates.ts";
import { icon } from "../../lib/dom.ts";
import { createDetails } from "../viewer/detail.ts";
import { openViewer, type ViewerParts } from "../viewer/viewer.ts";
import { button, call, iconButton, tag } from "./dom.ts";
import { createInfo } from "./info.ts";
import type { Link } from "./link.ts";
import { createSlideshow } from "./slideshow.ts";
import { hostToasts } from "./toast.ts";
import type { Opened } from "./types.ts";
import { unseenText } from "./words.ts";
import "../viewer/viewer.css";

export type ShowParts = {
  link: Link;
  opened: Opened;
  gallery: ViewerParts["timeline"];
  /** Looks whether the link still leads here. */
  look: () => Promise<void>;
  save: (id: string) => void;
  onMove: (id: string) => void;
  onLeave: () => void;
};

export type Show = { show: (id: string) => void; play: (on: boolean) => void; close: () => void };

/** One photo over the whole window, with its controls and the slideshow. */
export function openShow({ link, opened, gallery, look, save, onMove, onLeave }: ShowParts): Show {
  const details = createDetails({
    ask: async (id) =>
      link.photo(id).catch((error: unknown) => {
        void look();
        throw error;
      }),
    hrefOf: link.hrefOf,
    reasonOf: (photo) => unseenText(photo, opened),
  });
  const stage = tag("div", "viewer-stage");
  const caption = tag("p", "viewer-caption");
  const live = tag("p", "hidden");
  live.setAttribute("role", "status");
  const play = iconButton(mdiPlay, "Slideshow", () => slideshow.set(!slideshow.isOn()));
  const download = iconButton(mdiTrayArrowDown, "Download", () => {
    const { entry } = viewer.state.get();
    if (entry) save(entry.item.id);
  });
  const about = iconButton(mdiInformation, "Info", () => tellInfo(!info.node.isConnected));
  const info = createInfo(details.get, () => tellInfo(false));
  const newer = iconButton(mdiChevronLeft, "Previous", () => go(-1));
  const older = iconButton(mdiChevronRight, "Next", () => go(1));
  newer.classList.add("viewer-side", "viewer-newer");
  older.classList.add("viewer-side", "viewer-older");
  const missing = tag("div", "viewer-missing");
  const dialog = tag(
    "dialog",
    "viewer",
    stage,
    tag(
      "div",
      "viewer-bar",
      iconButton(mdiArrowLeft, "Back to all photos", () => viewer.leave()),
      caption,
      tag("span", "viewer-space"),
      !opened.hidesMetadata && about,
      play,
      opened.may.download && download,
    ),
    newer,
    older,
    live,
    missing,
  );
  dialog.setAttribute("aria-label", "Viewer");
  // The focus is on none of the controls, so that Space stops and starts the slideshow.
  dialog.autofocus = true;
  document.body.append(dialog);
  hostToasts(dialog);

  const viewer = openViewer({
    dialog,
    stage,
    timeline: gallery,
    details,
    isComing: async () => false,
    onMove: (id) => {
      onMove(id);
      slideshow.again();
    },
    onLeave,
  });
  const slideshow = createSlideshow({
    stage,
    next: () => {
      const { entry, older: more } = viewer.state.get();
      if (entry && more) return viewer.go(1);
      const start = gallery.grid.layout()?.library.count ? firstOf() : undefined;
      void start?.then((id) => id !== undefined && viewer.show(id));
    },
    onChange: (on) => {
      play.replaceChildren(icon(on ? mdiPause : mdiPlay));
      call(play, on ? "Pause" : "Slideshow");
      dialog.toggleAttribute("data-playing", on);
    },
  });

  async function firstOf(): Promise<string | undefined> {
    const library = gallery.grid.layout()?.library;
    const month = library?.months[0];
    return month && (await gallery.grid.items.load(month, 0, 1, new AbortController().signal))[0]?.id;
  }

  function go(step: 1 | -1): void {
    viewer.go(step);
  }

  function tellInfo(on: boolean): void {
    about.setAttribute("aria-pressed", String(on));
    if (!on) return info.node.remove();
    dialog.append(info.node);
    tell();
  }

  function tell(): void {
    const { entry, name: text, newer: before, older: after, missing: lost } = viewer.state.get();
    newer.hidden = !before;
    older.hidden = !after;
    live.textContent = text;
    const when = entry && isDated(entry.day) ? dateName(entry.day) : "";
    caption.textContent = when;
    if (entry) {
      document.title = [when, opened.title].filter((part) => part !== "").join(" · ") || text;
    }
    if (entry && info.node.isConnected) info.show(entry.item.id);
    about.hidden = !entry;
    download.hidden = !entry || entry.item.missing;
    missing.hidden = lost === undefined;
    const back = button("button-outline", undefined, "Back to all photos", () => viewer.leave());
    missing.replaceChildren(...(lost ? [tag("h2", "", lost.title), tag("p", "", lost.text), back] : []));
  }

  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => go(-1),
    ArrowRight: () => go(1),
    z: () => viewer.zoom(),
    "+": () => viewer.zoom(1.5),
    "-": () => viewer.zoom(1 / 1.5),
    f: () => slideshow.set(!slideshow.isOn()),
    " ": () => slideshow.set(!slideshow.isOn()),
    i: () => !opened.hidesMetadata && about.click(),
    d: () => opened.may.download && !download.hidden && download.click(),
  };
  const press = (event: KeyboardEvent): void => {
    const onControl =
      event.key === " " && !slideshow.isOn() && event.target instanceof Element && event.target.closest("button, a, video") !== null;
    if (event.ctrlKey || event.metaKey || event.altKey || onControl) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const stopState = viewer.state.subscribe(tell);
  document.addEventListener("keydown", press);
  tell();

  return {
    show: (id) => viewer.show(id),
    play: (on) => slideshow.set(on),
    close(): void {
      stopState();
      document.removeEventListener("keydown", press);
      slideshow.close();
      viewer.close();
      hostToasts();
      dialog.remove();
    },
  };
}
