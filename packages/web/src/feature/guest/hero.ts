import { mdiBookmarkPlusOutline, mdiOpenInNew, mdiPlayBoxMultipleOutline, mdiTrayArrowDown, mdiTrayArrowUp } from "@mdi/js";
import { icon } from "../../lib/dom.ts";
import { button, iconButton, tag } from "./dom.ts";
import type { Link } from "./link.ts";
import type { Opened } from "./types.ts";
import { aboutText, downloadText, overText, shortText } from "./words.ts";

export type HeroActions = { download: () => void; keep: () => void; add: () => void; play: () => void };

/** What stands above the photos. `update` takes what has changed. */
export type Hero = { node: HTMLElement; update: (opened: Opened) => void };

const UNTITLED = "Shared photos";

/** The cover with the title, what there is, and what may be done with it. */
export function createHero(link: Link, opened: Opened, actions: HeroActions): Hero {
  const about = tag("p", "hero-about");
  const download = button("hero-download", mdiTrayArrowDown, "", actions.download);
  const keep = button("hero-outline", mdiBookmarkPlusOutline, "Save to my library", actions.keep);
  const play = iconButton(mdiPlayBoxMultipleOutline, "Slideshow", actions.play);
  const note = tag("p", "hero-note");
  note.id = "hero-note";
  note.setAttribute("role", "status");
  download.setAttribute("aria-describedby", note.id);
  const { may } = opened;
  const buttons = tag(
    "div",
    "hero-actions",
    may.download && download,
    may.save && keep,
    may.upload && button("hero-outline", mdiTrayArrowUp, "Add your photos", actions.add),
    play,
  );
  const text = tag(
    "div",
    "hero-text",
    tag("h1", "", opened.title === "" ? UNTITLED : opened.title),
    about,
    opened.description !== "" && tag("p", "hero-description", opened.description),
    buttons,
    note,
  );
  const empty = tag("p", "hero-empty", "There are no photos here yet.");
  const hero = tag("header", "hero", opened.cover !== null && cover(link, opened.cover), text);
  hero.toggleAttribute("data-cover", opened.cover !== null);
  const node = tag("div", "", hero, empty);

  function update(next: Opened): void {
    about.textContent = aboutText(next);
    const label = download.querySelector(".button-label");
    if (label) label.textContent = downloadText(next);
    const over = overText(next);
    note.textContent = over === "" ? shortText(next) : over;
    download.disabled = over !== "" || next.savable === 0;
    download.hidden = next.count === 0;
    keep.hidden = next.count === 0;
    play.hidden = next.count === 0;
    empty.hidden = next.count > 0;
  }

  update(opened);
  return { node, update };
}

/** In a frame of another page: one line, and the way to the whole page. */
export function createCaption(link: Link, opened: Opened): Hero {
  const about = tag("p", "caption-about");
  const whole = tag("a", "icon-button", icon(mdiOpenInNew));
  whole.href = link.home;
  whole.target = "_blank";
  whole.rel = "noopener noreferrer";
  whole.setAttribute("aria-label", "Open in a window of its own");
  const node = tag("header", "caption", tag("h1", "", opened.title === "" ? UNTITLED : opened.title), about, whole);
  const update = (next: Opened): void => void (about.textContent = aboutText(next));
  update(opened);
  return { node, update };
}

function cover(link: Link, id: string): HTMLImageElement {
  const image = tag("img", "hero-image");
  image.alt = "";
  image.fetchPriority = "high";
  image.addEventListener("load", () => image.classList.add("shown"));
  image.src = `${link.home}/assets/${id}/preview`;
  return image;
}
