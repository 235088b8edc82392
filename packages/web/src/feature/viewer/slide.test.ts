import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Detail, Details } from "./detail.ts";
import type { Entry } from "./sequence.ts";
import { createSlide } from "./slide.ts";

/** As much of an element as a slide uses. */
class Node {
  readonly style = {};
  children: Node[] = [];
  readonly listeners = new Map<string, () => void>();
  readonly name: string;
  parent: Node | undefined;

  constructor(name: string) {
    this.name = name;
  }
  append(...nodes: Node[]): void {
    this.children.push(...nodes);
    for (const node of nodes) node.parent = this;
  }
  replaceChildren(...nodes: Node[]): void {
    this.children = [];
    this.append(...nodes);
  }
  remove(): void {
    if (this.parent) this.parent.children = this.parent.children.filter((each) => each !== this);
  }
  addEventListener(type: string, listener: () => void): void {
    this.listeners.set(type, listener);
  }
  setAttribute(): void {}
  querySelectorAll(): Node[] {
    return this.children.filter(({ name }) => name === "img");
  }
  canPlayType(): string {
    return "maybe";
  }
  async play(): Promise<void> {}
  toggleAttribute(): void {}
  pause(): void {}
  /** What it says. */
  textContent = "";
  said(): string {
    return [this.textContent, ...this.children.map((each) => each.said())].filter(Boolean).join(" · ");
  }
}

/** The pictures that were asked for, and how each comes or does not. */
let pictures: { src: string; come: () => void; fail: () => void }[] = [];

class Picture extends Node {
  src = "";
  constructor() {
    super("img");
  }
  async decode(): Promise<void> {
    return new Promise((come, fail) => {
      pictures.push({ src: this.src, come, fail: () => fail(new Error("no picture")) });
    });
  }
}

beforeEach(() => {
  pictures = [];
  vi.stubGlobal("Image", Picture);
  vi.stubGlobal("devicePixelRatio", 1);
  vi.stubGlobal("document", {
    createElement: (name: string) => new Node(name),
    createElementNS: (_: string, name: string) => new Node(name),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function video() {
  const detail = {
    id: "a",
    kind: "video",
    state: "ready",
    name: "a.mov",
    type: "video/mp4",
    urls: { original: "http://store/a", thumb: null },
  };
  const details: Omit<Details, "forgetAll"> = { get: async () => detail as Detail, forget: () => undefined, hrefOf: (id) => id };
  const item = { id: "a", kind: "video", thumb: null } as Entry["item"];
  const slide = createSlide({ item, ratio: 1, day: {} as Entry["day"] }, details);
  const renew = (original: string) => (detail.urls = { original, thumb: null });
  return { slide, box: slide.box as unknown as Node, renew };
}

it("has one player, however often its details come", async () => {
  const { slide, box } = video();
  await Promise.all([slide.load(), slide.load()]);
  const [player] = box.children;
  await slide.load();
  expect(box.children).toEqual([player]);
  expect(player?.name).toBe("video");
});

it("does not try again what the browser could not play", async () => {
  const { slide, box } = video();
  await slide.load();
  box.children[0]?.listeners.get("error")?.();
  await new Promise((done) => setTimeout(done));
  const [reason] = box.children;
  await slide.load();
  expect(box.children).toEqual([reason]);
  expect(reason?.name).toBe("div");
});

it("goes on playing where it was once the video's URL has expired", async () => {
  const { slide, box, renew } = video();
  await slide.load();
  const player = box.children[0] as Node & { src: string; currentTime: number };
  player.currentTime = 700;
  renew("http://store/a?anew");
  player.listeners.get("error")?.();
  await new Promise((done) => setTimeout(done));
  expect(box.children).toEqual([player]);
  expect(player).toMatchObject({ src: "http://store/a?anew", currentTime: 700 });
});

it("goes on playing where it was from an address that stays the same, as long as that leads on", async () => {
  const { slide, box } = video();
  await slide.load();
  const player = box.children[0] as Node & { src: string; currentTime: number };
  const fail = async (at: number) => {
    player.currentTime = at;
    player.src = "";
    player.listeners.get("error")?.();
    await new Promise((done) => setTimeout(done));
  };
  for (const at of [700, 1_300]) {
    await fail(at);
    expect(box.children).toEqual([player]);
    expect(player).toMatchObject({ src: "http://store/a", currentTime: at });
  }
  await fail(1_300);
  expect(box.children.map(({ name }) => name)).toEqual(["div"]);
});

/** A large photo whose details have new URLs each time they are asked for after a failure. */
function photo() {
  let version = 1;
  const detail = () => ({
    id: "a",
    kind: "photo",
    state: "ready",
    width: 6_000,
    height: 4_000,
    urls: { thumb: "thumb", preview: `preview ${version}`, original: `original ${version}` },
  });
  let known = Promise.resolve(detail() as Detail);
  const forget = () => {
    version++;
    known = Promise.resolve(detail() as Detail);
  };
  const item = { id: "a", kind: "photo", thumb: "thumb" } as Entry["item"];
  const slide = createSlide({ item, ratio: 1.5, day: {} as Entry["day"] }, { get: async () => known, forget, hrefOf: (id) => id });
  slide.resize(1_200, 700);
  const asked = () => pictures.map(({ src }) => src);
  return { slide, asked, settle: async () => new Promise((done) => setTimeout(done)) };
}

it("asks for the original once, however much is zoomed and moved while it is on its way", async () => {
  const { slide, asked, settle } = photo();
  await slide.load();
  for (let x = 0; x < 60; x++) slide.setView({ scale: 3, x, y: 0 });
  expect(asked()).toEqual(["thumb", "preview 1", "original 1"]);
  for (const picture of pictures) picture.come();
  await settle();
  slide.setView({ scale: 4, x: 0, y: 0 });
  expect(asked()).toHaveLength(3);
  expect((slide.box as unknown as Node).querySelectorAll()).toMatchObject([{ src: "original 1" }]);
});

it("asks for a picture that did not come again only when its details have come anew", async () => {
  const { slide, asked, settle } = photo();
  await slide.load();
  pictures[1]!.come();
  slide.setView({ scale: 3, x: 0, y: 0 });
  pictures[2]!.fail();
  await settle();
  for (let x = 0; x < 10; x++) slide.setView({ scale: 3, x, y: 0 });
  expect(asked()).toEqual(["thumb", "preview 1", "original 1"]);
  await slide.load();
  slide.setView({ scale: 3, x: 0, y: 0 });
  expect(asked()).toEqual(["thumb", "preview 1", "original 1", "original 2"]);
});

it("asks anew, by another way, for what did not come; what is shown stays", async () => {
  const moving = video();
  await moving.slide.load();
  const [player] = moving.box.children;
  await moving.slide.renew();
  expect(moving.box.children).toEqual([player]);
  player?.listeners.get("error")?.();
  await new Promise((done) => setTimeout(done));
  await moving.slide.renew();
  expect(moving.box.children.map(({ name }) => name)).toEqual(["video"]);
  expect(moving.box.children).not.toContain(player);

  pictures = [];
  const { slide, asked, settle } = photo();
  await slide.load();
  pictures[1]!.fail();
  await settle();
  await slide.renew();
  expect(asked()).toEqual(["thumb", "preview 1", "preview 2"]);
});

/** A video of a link that hides metadata, whose copy is there once it was asked for so often. */
function copied(readyAfter: number, original: string | null = "/s/a/original") {
  let asked = 0;
  const details: Omit<Details, "forgetAll"> = {
    get: async () => {
      asked++;
      const pending = asked <= readyAfter;
      const urls = { original: pending ? null : original, thumb: null, preview: null, download: null };
      return { id: "a", kind: "video", state: "ready", name: "video", type: "video/mp4", pending, urls } as unknown as Detail;
    },
    forget: () => undefined,
    hrefOf: (id) => id,
  };
  const item = { id: "a", kind: "video", thumb: null } as Entry["item"];
  const slide = createSlide({ item, ratio: 1, day: {} as Entry["day"] }, details);
  return { slide, box: slide.box as unknown as Node, asked: () => asked };
}

it("says why nothing is shown where whoever opened the viewer knows it, and that a video is gone", async () => {
  const reasonOf = () => "Files of this kind are not shown.";
  const said = async (item: object, reason?: typeof reasonOf) => {
    const known = {
      id: "a",
      state: "unprocessable",
      name: "file",
      reason: null,
      urls: { thumb: null, original: null, download: null },
      ...item,
    };
    const details = { get: async () => known as unknown as Detail, forget: () => undefined, hrefOf: (id: string) => id, reasonOf: reason };
    const slide = createSlide({ item: known, ratio: 1, day: {} } as unknown as Entry, details);
    await slide.load();
    return (slide.box as unknown as Node).said();
  };
  expect(await said({ kind: "other" }, reasonOf)).toBe("file · Files of this kind are not shown.");
  expect(await said({ kind: "other" })).toBe("file · This file could not be read.");
  expect(await said({ kind: "video", missing: true }, reasonOf)).toBe("file · This video is no longer in the storage.");
});

describe("a video whose copy is still made", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is said to be made ready, and plays by itself once it is", async () => {
    const { slide, box, asked } = copied(2);
    slide.setCurrent(true);
    await slide.load();
    expect(box.said()).toBe("video · This video is being made ready. It is shown here once it is. · Try again");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(3);
    expect(box.children).toMatchObject([{ name: "video", src: "/s/a/original" }]);
  });

  it("is asked for as long as it is looked at, and no more than a few times", async () => {
    const { slide, box, asked } = copied(Infinity);
    await slide.load();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked()).toBe(1);
    slide.setCurrent(true);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(asked()).toBe(9);
    const [notice] = box.children;
    notice?.children.find(({ name }) => name === "button")?.listeners.get("click")?.();
    await vi.advanceTimersByTimeAsync(0);
    expect([asked(), box.children[0]]).toEqual([10, notice]);
    slide.setCurrent(false);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(asked()).toBe(10);
  });
});
