import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { reachable } from "../lib/http.ts";
import { createPictures } from "./pictures.ts";
import type { Tile } from "./tile.ts";

/** As much of an image as a picture needs. */
class Picture extends EventTarget {
  private readonly classes = new Set<string>();
  readonly classList = {
    add: (name: string) => this.classes.add(name),
    remove: (...names: string[]) => {
      for (const name of names) this.classes.delete(name);
    },
    contains: (name: string) => this.classes.has(name),
  };
  private url = "";
  get src(): string {
    return this.url;
  }
  set src(url: string) {
    this.url = url;
    loading.push(this);
  }
  removeAttribute(): void {
    this.url = "";
  }
}

/** Every load that was begun. */
let loading: Picture[] = [];
const answer = (type: "load" | "error") => loading.at(-1)?.dispatchEvent(new Event(type));

function tileOf(slot: number): Tile {
  const image = new Picture();
  const tile = { image, link: { style: {} }, slot, item: { thumb: `thumb ${slot}` }, picture: "none", cancel: undefined };
  return tile as unknown as Tile;
}

let failed: number[] = [];
let page: EventTarget & { hidden: boolean };
let pictures: ReturnType<typeof createPictures>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Image", Picture);
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal("document", page);
  loading = [];
  failed = [];
  pictures = createPictures(({ slot }) => failed.push(slot));
});
afterEach(() => {
  pictures.close();
  reachable.set(true);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets every try of what is loading fail, until nothing is tried any more. */
function giveUp(tile: Tile): void {
  for (let i = 0; i < 100; i++) {
    if (tile.picture === "loading") answer("error");
    vi.advanceTimersByTime(60_000);
  }
}

it("tries a picture that did not come again, later each time until one comes", () => {
  const tile = tileOf(0);
  pictures.load([tile], { from: 0, to: 1 });
  for (const [wait, loads] of [
    [1_999, 1],
    [1, 2],
    [4_999, 2],
    [1, 3],
    [15_000, 4],
    [60_000, 5],
  ] as const) {
    if (tile.picture === "loading") answer("error");
    vi.advanceTimersByTime(wait);
    expect(loading).toHaveLength(loads);
  }
  answer("load");
  expect([tile.picture, failed]).toEqual(["shown", [0, 0, 0, 0]]);
  vi.advanceTimersByTime(600_000);
  expect(loading).toHaveLength(5);
});

it("gives up after the last wait; the picture is tried again once it comes into view, and when the page is looked at again", () => {
  const tile = tileOf(0);
  pictures.load([tile], { from: 0, to: 1 });
  giveUp(tile);
  expect(loading).toHaveLength(5);
  pictures.load([tile], { from: 0, to: 1 });
  expect(loading).toHaveLength(5);
  pictures.load([tile], { from: 1, to: 2 });
  expect(loading).toHaveLength(5);
  pictures.load([tile], { from: 0, to: 1 });
  expect(loading).toHaveLength(6);
  giveUp(tile);
  expect(loading).toHaveLength(6);
  page.dispatchEvent(new Event("visibilitychange"));
  giveUp(tile);
  expect(loading).toHaveLength(11);
});

it("tries what was given up again when another one comes", () => {
  const tiles = [tileOf(0), tileOf(1)] as const;
  pictures.load([tiles[0]], { from: 0, to: 1 });
  giveUp(tiles[0]);
  pictures.load(tiles, { from: 0, to: 2 });
  answer("load");
  vi.advanceTimersByTime(2_000);
  answer("load");
  expect(tiles.map(({ picture }) => picture)).toEqual(["shown", "shown"]);
});

it("tries a new URL at once that came while the old one failed, whatever is waited for, and each once", () => {
  const tile = tileOf(0);
  pictures.load([tile], { from: 0, to: 1 });
  for (const wait of [2_000, 5_000, 15_000]) {
    answer("error");
    vi.advanceTimersByTime(wait);
  }
  tile.item = { ...tile.item!, thumb: "thumb anew" };
  answer("error");
  expect(loading.map(({ src }) => src).at(-1)).toBe("thumb anew");
  expect([loading.length, failed.length]).toEqual([5, 3]);
  answer("error");
  expect([loading.length, failed.length, tile.picture]).toEqual([5, 4, "failed"]);
});

it("tries nothing while the page is hidden", () => {
  pictures.load([tileOf(0)], { from: 0, to: 1 });
  answer("error");
  page.hidden = true;
  vi.advanceTimersByTime(600_000);
  reachable.set(false);
  reachable.set(true);
  expect(loading).toHaveLength(1);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  expect(loading).toHaveLength(2);
});

it("tries them again at once when the server can be reached again", () => {
  const tile = tileOf(0);
  pictures.load([tile], { from: 0, to: 1 });
  answer("error");
  reachable.set(false);
  expect(loading).toHaveLength(1);
  reachable.set(true);
  expect(loading).toHaveLength(2);
});

it("keeps what is shown when the picture that is to replace it does not come", () => {
  const tile = tileOf(0);
  tile.image.src = "blob:preview";
  tile.image.classList.add("shown");
  loading = [];
  pictures.load([tile], { from: 0, to: 1 });
  answer("error");
  expect([tile.image.src, tile.image.classList.contains("shown")]).toEqual(["blob:preview", true]);
  vi.advanceTimersByTime(2_000);
  answer("load");
  expect([tile.image.src, tile.picture]).toEqual(["thumb 0", "shown"]);
});

it("tries nothing any more once it is closed", () => {
  pictures.load([tileOf(0)], { from: 0, to: 1 });
  answer("error");
  pictures.close();
  reachable.set(false);
  reachable.set(true);
  page.dispatchEvent(new Event("visibilitychange"));
  vi.advanceTimersByTime(60_000);
  expect(loading).toHaveLength(1);
});
