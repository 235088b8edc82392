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
let pictures: ReturnType<typeof createPictures>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Image", Picture);
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
    [60_000, 6],
  ] as const) {
    if (tile.picture === "loading") answer("error");
    vi.advanceTimersByTime(wait);
    expect(loading).toHaveLength(loads);
  }
  answer("load");
  expect([tile.picture, failed]).toEqual(["shown", [0, 0, 0, 0, 0]]);
  vi.advanceTimersByTime(600_000);
  expect(loading).toHaveLength(6);
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
  vi.advanceTimersByTime(60_000);
  expect(loading).toHaveLength(1);
});
