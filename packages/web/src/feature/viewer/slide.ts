import { displayName } from "@tintype/core/asset";
import { mdiCameraIris, mdiFileOutline, mdiImageOffOutline, mdiVideoOffOutline } from "@mdi/js";
import { element, icon } from "../../lib/dom.ts";
import { storeFailed } from "../../lib/way.ts";
import { hasOriginal, type Details, type Pictured } from "./detail.ts";
import type { Entry } from "./sequence.ts";
import { fit, FITTED, maxScale, type Frame, type View } from "./zoom.ts";

/** Pixels of a preview's longer side; beyond them only the original shows more. */
const PREVIEW = 1920;
/** Until it is asked first whether a copy is ready; half as long again each time. */
const PENDING_MS = 3_000;
/** So often it is asked without being told to, about two minutes in all: each answer of a link counts as fetched through it. */
const MOST_ASKED = 8;

export type Slide = ReturnType<typeof createSlide>;

/** One photo in the viewer: its box in the middle of the window, and in it the best tier that has come. */
export function createSlide(entry: Entry, details: Omit<Details<Pictured>, "forgetAll">) {
  const node = element("div", "slide");
  const box = element("div", "slide-box");
  node.append(box);
  let ratio = entry.ratio;
  let detail: Pictured | undefined;
  let failed = false;
  /** Failed while it was loaded, and not for what it is. */
  let broken = false;
  /** The best tier that is shown, and the best that was asked for: one that does not come is not asked for again. */
  let tier = 0;
  let asked = 0;
  let view: View = FITTED;
  let size = { width: 1, height: 1 };
  let video: HTMLVideoElement | undefined;
  /** Where the player was, in seconds, when its source was set last. */
  let playedFrom = 0;
  let isCurrent = false;
  /** While a copy is being made that is to be played: how often it was asked for. */
  let waited: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  if (entry.item.thumb) show(1, entry.item.thumb);

  async function load(): Promise<Pictured> {
    const known = await details.get(entry.item.id);
    // Its URLs are other ones than those that failed.
    if (known !== detail) asked = tier;
    detail = known;
    if (detail.width && detail.height) ratio = detail.width / detail.height;
    resize(size.width, size.height);
    if (detail.kind === "video") playable(detail);
    else if (detail.urls.preview) show(2, detail.urls.preview);
    else if (detail.state === "unprocessable" || !detail.urls.thumb) explain(detail);
    return detail;
  }

  /** Shows a tier once it is decoded, over the one before, which then goes: nothing blinks. */
  function show(level: number, url: string): void {
    if (level <= asked) return;
    asked = level;
    const image = new Image();
    image.alt = "";
    image.className = "slide-image";
    image.draggable = false;
    image.src = url;
    if (tier === 0) box.append(image);
    image.decode().then(
      () => {
        if (level <= tier && tier !== 0) return;
        tier = level;
        for (const lower of box.querySelectorAll(".slide-image")) if (lower !== image) lower.remove();
        box.append(image);
      },
      () => {
        image.remove();
        storeFailed();
        if (level > 1) details.forget(entry.item.id);
      },
    );
    if (level === 1) tier = 1;
  }

  /** Details are asked for more than once; the player that is there may be playing already. */
  function playable(known: Pictured): void {
    if (video || (failed && waited === undefined)) return;
    const { original } = known.urls;
    if (!original && known.pending === true) return wait(known);
    proceed();
    const test = document.createElement("video");
    if (!original || test.canPlayType(known.type) === "") return explain(known);
    video = element("video", "slide-video");
    video.controls = true;
    video.playsInline = true;
    video.preload = "metadata";
    video.addEventListener("error", () => void resume(known, original), { once: true });
    video.addEventListener("loadedmetadata", () => {
      if (!video) return;
      // Sound without a picture: the browser has no decoder for this codec.
      if (video.videoWidth === 0) return explain(known);
      ratio = video.videoWidth / video.videoHeight;
      resize(size.width, size.height);
    });
    video.src = original;
    box.append(video);
  }

  /**
   * What was playing goes on where it was, with another URL once this one has expired. One of our own stays the same and only leads elsewhere
   * by then: it is tried again where the player has come on since. Where that is not why it ended, it is explained.
   */
  async function resume(known: Pictured, from: string): Promise<void> {
    const player = video;
    const { currentTime = 0, paused = true } = player ?? {};
    details.forget(known.id);
    const url = (await details.get(known.id).catch(() => undefined))?.urls.original ?? from;
    if (!player || video !== player) return;
    if (url === from && currentTime <= playedFrom) {
      explain(known);
      broken = true;
      return storeFailed();
    }
    player.addEventListener("error", () => void resume(known, url), { once: true });
    playedFrom = currentTime;
    player.src = url;
    player.currentTime = currentTime;
    if (!paused) void player.play().catch(() => undefined);
  }

  /** Says that a copy is being made, and asks again by itself while it is looked at, or when told to. */
  function wait(known: Pictured): void {
    const isFirst = waited === undefined;
    waited ??= 0;
    const again = element("button", "slide-download");
    again.type = "button";
    again.textContent = "Try again";
    again.addEventListener("click", () => void ask());
    // What is there already keeps the focus.
    if (isFirst) explain(known, "This video is being made ready. It is shown here once it is.", again);
    askLater();
  }

  function askLater(): void {
    clearTimeout(timer);
    if (waited === undefined || waited >= MOST_ASKED || !isCurrent) return;
    timer = setTimeout(() => void ask(), PENDING_MS * 1.5 ** waited);
  }

  async function ask(): Promise<void> {
    clearTimeout(timer);
    if (waited === undefined) return;
    waited++;
    details.forget(entry.item.id);
    await load().catch(askLater);
  }

  /** The copy is there, or will not be. */
  function proceed(): void {
    if (waited === undefined) return;
    clearTimeout(timer);
    waited = undefined;
    failed = false;
    box.replaceChildren();
  }

  /** In place of a picture: what the file is, why it is not shown, and the way to have it. */
  function explain(known: Pictured, why: string = whyNot(known), ...ways: HTMLElement[]): void {
    failed = true;
    video?.remove();
    video = undefined;
    const text = element("div", "slide-reason");
    const name = element("strong", "");
    name.textContent = displayName(known.name);
    const reason = element("p", "");
    reason.textContent = why;
    const link = element("a", "slide-download");
    link.href = details.hrefOf(known.id);
    link.textContent = "Download original";
    text.append(icon(iconOf(known)), name, reason, ...ways, ...(hasOriginal(known) ? [link] : []));
    box.replaceChildren(text);
    resize(size.width, size.height);
  }

  function whyNot(known: Pictured): string {
    if (entry.item.missing && known.kind === "video") return "This video is no longer in the storage.";
    return details.reasonOf?.(known) ?? reasonOf(known);
  }

  function fitted(): { width: number; height: number } {
    return fit(ratio, size.width, size.height, entry.item.kind === "photo" ? (detail?.width ?? null) : null);
  }

  function resize(width: number, height: number): void {
    size = { width, height };
    const room = failed ? { width: Math.min(width, 480), height: Math.min(height, 360) } : fitted();
    box.style.width = `${room.width}px`;
    box.style.height = `${room.height}px`;
  }

  return {
    node,
    box,
    entry,
    load,
    /** What was signed leads nowhere any more: what has not come is asked for anew. */
    async renew(): Promise<void> {
      if (broken) {
        failed = false;
        broken = false;
        box.replaceChildren();
      }
      await load();
    },
    resize,
    detail: () => detail,
    /** True for what can be zoomed. */
    zoomable: () => !failed && !video && entry.item.kind !== "video",
    frame(): Frame {
      const room = fitted();
      const max = maxScale(room.width, detail?.width ?? null, devicePixelRatio);
      return { width: size.width, height: size.height, boxWidth: room.width, boxHeight: room.height, max };
    },
    view: () => view,
    /** Zooms and moves the picture; the original is fetched when the preview's pixels are used up. */
    setView(next: View): void {
      view = next;
      box.style.transform = next === FITTED ? "" : `translate(${next.x}px, ${next.y}px) scale(${next.scale})`;
      const room = fitted();
      const pixels = Math.max(room.width, room.height) * next.scale * devicePixelRatio;
      const original = detail?.urls.original;
      if (next.scale > 1.01 && pixels > PREVIEW && original && this.zoomable()) show(3, original);
    },
    /** The slide is the one looked at, or no longer. */
    setCurrent(current: boolean): void {
      node.toggleAttribute("inert", !current);
      isCurrent = current;
      if (!current) video?.pause();
      askLater();
    },
  };
}

function reasonOf({ state, reason, kind, urls }: Pictured): string {
  if (state === "unprocessable") return reason ?? "This file could not be read.";
  if (kind === "video") return "This browser cannot play this video.";
  if (kind === "raw") return "Raw photos are kept as they are. Previews of them cannot be made yet.";
  return urls.thumb ? "The picture could not be loaded." : "This file has no picture to show.";
}

function iconOf({ kind }: Pictured): string {
  return { photo: mdiImageOffOutline, video: mdiVideoOffOutline, raw: mdiCameraIris, sidecar: mdiFileOutline, other: mdiFileOutline }[kind];
}
