import type { Chunk } from "@tintype/core/geometry";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findSlot } from "../../grid/anchor.ts";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import { createItems, type Item, type Range } from "../../grid/items.ts";
import { layOutNow } from "../../grid/layout.ts";
import { toLibrary, toMonth } from "../../grid/library.ts";
import { locate } from "../timeline/source.ts";
import { entryBeside, entryOf, slotBeside, type Places } from "./sequence.ts";

const NOVEMBER = 2026 * 12 + 10;
const METRICS = { width: 1128, target: 220, gap: 4, dayGap: 16, heading: 48, tallest: 1.6, minPart: 96 };
const { signal } = new AbortController();

/** The server: the ids of each month and its revision. */
let months: Map<number, { revision: number; ids: string[] }>;
let located: string[];

const photos = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`);
const answer = ({ month, revision, from, to }: Range) => {
  const now = months.get(month);
  return now?.revision === revision ? now.ids.slice(from, to).map((id) => ({ id }) as Item) : null;
};

beforeEach(() => {
  located = [];
  months = new Map([[NOVEMBER, { revision: 1, ids: photos("p", 300) }]]);
  vi.stubGlobal("fetch", async (url: string | URL | Request) => {
    const id = /id=(\w+)/u.exec(String(url instanceof Request ? url.url : url))?.[1] ?? "";
    located.push(id);
    const at = [...months].find(([, { ids }]) => ids.includes(id));
    if (!at) return Response.json({ code: "not_found", message: "no" }, { status: 404 });
    const [month, { revision, ids }] = at;
    return Response.json({ month, revision, index: ids.indexOf(id) });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A grid that shows what the server has once it has been asked to. */
function start() {
  const items = createItems({ items: async (ranges) => ranges.map(answer) }, { onLoad: () => undefined, onStale: () => undefined });
  const chunks = new Map<string, Chunk>();
  const chunk = (month: number, { revision, ids }: { revision: number; ids: string[] }) => {
    const made = chunks.get(`${month}.${revision}`) ?? chunkOf(month, [[22, landscapes(ids.length)]], revision);
    chunks.set(`${month}.${revision}`, made);
    return toMonth(made);
  };
  let layout = layOutNow(toLibrary([]), METRICS);
  const show = () => {
    const newestFirst = [...months].toSorted(([a], [b]) => b - a).map(([month, each]) => chunk(month, each));
    layout = layOutNow(toLibrary(newestFirst), METRICS);
    items.keepOnly(newestFirst);
  };
  show();
  const places: Places = {
    grid: { items, layout: () => layout, find: (id) => findSlot(layout.library, items, id) },
    sync: { refresh: async () => show() },
    locate,
  };
  const walk = async (from: string, steps: (1 | -1)[]) => {
    const seen: string[] = [];
    for (const step of steps) {
      const next = await entryBeside(places, seen.at(-1) ?? from, step, signal);
      if (next) seen.push(next.item.id);
    }
    return seen;
  };
  return { places, show, walk };
}

it("goes from photo to photo, and ends at the ends", async () => {
  const { places, walk } = start();
  expect((await entryOf(places, "p1", signal))?.item.id).toBe("p1");
  expect(await walk("p1", [-1, -1, 1, 1])).toEqual(["p0", "p1", "p2"]);
  expect([slotBeside(places, "p0", -1), slotBeside(places, "p0", 1)]).toEqual([undefined, 1]);
  expect(await entryOf(places, "nobody", signal)).toBeUndefined();
});

it("goes on from the photo, not from its old place, when others came in above", async () => {
  const { show, walk } = start();
  expect(await walk("p10", [1])).toEqual(["p11"]);
  located = [];
  months.set(NOVEMBER + 1, { revision: 2, ids: photos("n", 5) });
  show();
  expect(await walk("p11", [1, 1, -1])).toEqual(["p12", "p13", "p12"]);
  expect(located).toEqual([]);
});

it.each([
  ["shown already", true],
  ["not shown yet", false],
])("asks the server where a photo is whose month has changed, with the change %s", async (_, shown) => {
  const { show, walk } = start();
  expect(await walk("p200", [1])).toEqual(["p201"]);
  located = [];
  months.set(NOVEMBER, { revision: 2, ids: [...photos("n", 5), ...photos("p", 300)] });
  if (shown) show();
  expect(await walk("p201", [1, 1])).toEqual(["p202", "p203"]);
  expect(located).toEqual(shown ? ["p201"] : []);
});
