import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import { AGES_AGO, BLOCK, blocksOf, createItems, type Item, type Range } from "./items.ts";
import { toMonth } from "./library.ts";

const month = toMonth(chunkOf(24_322, [[22, landscapes(1_000)]], 7));

function item(index: number): Item {
  return {
    id: `id-${index}`,
    kind: "photo",
    state: "ready",
    name: `${index}.jpg`,
    localAt: "",
    durationMs: null,
    thumbhash: null,
    thumb: null,
    favourite: false,
    missing: false,
    foreign: false,
    addedBy: null,
  };
}
const itemsOf = ({ from, to }: Range) => Array.from({ length: to - from }, (_, i) => item(from + i));

type Call = { ranges: readonly Range[]; signal: AbortSignal; answer: (value: (Item[] | null)[]) => void; fail: () => void };

let calls: Call[] = [];
let loads = 0;
let stale = 0;
const open = () =>
  createItems(
    {
      items: (ranges, signal) =>
        new Promise((resolve, reject) => {
          calls.push({ ranges, signal, answer: resolve, fail: () => reject(new Error("offline")) });
          signal.addEventListener("abort", () => reject(new Error("aborted")));
        }),
    },
    { onLoad: () => loads++, onStale: () => stale++ },
  );

const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  loads = 0;
  stale = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

describe("items", () => {
  it("cover a range by whole blocks, the last cut at the end of the chunk", () => {
    expect(blocksOf(month, 130, 260).map(({ from, to }) => [from, to])).toEqual([
      [BLOCK, 2 * BLOCK],
      [2 * BLOCK, 3 * BLOCK],
    ]);
    expect(blocksOf({ ...month, assets: 260 }, 255, 260).map(({ to }) => to)).toEqual([260]);
  });

  it("come for what is wanted, never more than 250 in a request", async () => {
    const items = open();
    items.want(blocksOf(month, 0, 1_000));
    expect(calls.map(({ ranges }) => ranges.reduce((sum, { from, to }) => sum + to - from, 0))).toEqual([250, 250, 250, 250]);
    expect(items.get(month, 3)).toBeUndefined();
    calls[0]!.answer(calls[0]!.ranges.map(itemsOf));
    await settle();
    expect([items.get(month, 249)?.id, items.get(month, 250)]).toEqual(["id-249", undefined]);
    expect(items.find(month, "id-130")).toBe(130);
    expect(loads).toBe(1);
  });

  it("come first for what is in view, in a request of its own", () => {
    const items = open();
    items.want(blocksOf(month, 400, 410), blocksOf(month, 250, 800));
    expect(calls.map(({ ranges }) => ranges.map(({ from }) => from))).toEqual([[375], [250, 500], [625, 750]]);
  });

  it("cancel a request that serves nothing wanted any more, and keep one that does", () => {
    const items = open();
    items.want(blocksOf(month, 0, 10));
    items.want(blocksOf(month, 0, 200));
    expect(calls[0]!.signal.aborted).toBe(false);
    items.want(blocksOf(month, 800, 810));
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
  });

  it("are asked for again after a failure, later each time", async () => {
    const items = open();
    items.want(blocksOf(month, 0, 10));
    calls[0]!.fail();
    await settle();
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(calls).toHaveLength(2);
    calls[1]!.fail();
    await vi.advanceTimersByTimeAsync(500);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(calls).toHaveLength(3);
  });

  it("tell that a chunk is stale and do not ask for it again by themselves", async () => {
    const items = open();
    items.want(blocksOf(month, 0, 10));
    calls[0]!.answer([null]);
    await settle();
    expect([stale, calls.length]).toEqual([1, 1]);
  });

  it("are fetched again by block when their URLs have expired, but not at once after they came, and are there meanwhile", async () => {
    const items = open();
    items.put(blocksOf(month, 0, 10), [itemsOf({ month: 0, revision: 0, from: 0, to: BLOCK })], Date.now());
    expect(items.expire(month, 3)).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(items.expire(month, 3)).toBe(true);
    items.want(blocksOf(month, 0, 10));
    expect([calls.length, items.get(month, 3)?.id]).toEqual([1, "id-3"]);
    calls[0]!.answer(calls[0]!.ranges.map(itemsOf));
    await settle();
    items.want(blocksOf(month, 0, 10));
    expect(calls).toHaveLength(1);
  });

  it("are as old as the question for them, however long their answer was under way while the machine slept", async () => {
    const items = open();
    items.want(blocksOf(month, 0, 10));
    await vi.advanceTimersByTimeAsync(3_600_000);
    calls[0]!.answer(calls[0]!.ranges.map(itemsOf));
    await settle();
    expect(items.expire(month, 3)).toBe(true);
  });

  it("are of any age that were only put elsewhere", () => {
    const items = open();
    items.put(blocksOf(month, 0, 10), [itemsOf({ month: 0, revision: 0, from: 0, to: BLOCK })], AGES_AGO);
    expect(items.expire(month, 3)).toBe(true);
  });

  it("are not young for ever where the clock was set back", () => {
    const items = open();
    items.put(blocksOf(month, 0, 10), [itemsOf({ month: 0, revision: 0, from: 0, to: BLOCK })], Date.now());
    vi.setSystemTime(Date.now() - 86_400_000);
    expect(items.expire(month, 3)).toBe(true);
  });

  it("are fetched again as they are wanted, and what is under way too, when their URLs lead nowhere any more", async () => {
    const items = open();
    const [first, second] = blocksOf(month, 0, 250) as [Range, Range];
    items.want([first]);
    calls[0]!.answer([itemsOf(first)]);
    await settle();
    items.want([first, second]);
    items.renew();
    await settle();
    expect(calls[1]!.signal.aborted).toBe(true);
    expect(items.get(month, 0)).toBeDefined();
    items.want([first, second]);
    await settle();
    expect(
      calls
        .slice(2)
        .flatMap(({ ranges }) => ranges.map(({ from }) => from))
        .toSorted((a, b) => a - b),
    ).toContain(0);
    expect(calls.at(-1)!.signal.aborted).toBe(false);
  });

  it("keep 10,000 at most, the longest unused going first", () => {
    const huge = toMonth(chunkOf(24_322, [[22, landscapes(20_000)]]));
    const items = open();
    for (const range of blocksOf(huge, 0, 20_000)) {
      items.want([]);
      items.get(huge, 0);
      items.put([range], [itemsOf(range)], Date.now());
    }
    const kept = blocksOf(huge, 0, 20_000).filter(({ from }) => items.get(huge, from));
    expect(kept).toHaveLength(80);
    expect(kept[0]!.from).toBe(0);
    expect(kept.at(-1)!.to).toBe(20_000);
  });

  it("load more than is kept, whatever of it was there and how long unused", async () => {
    const huge = toMonth(chunkOf(24_322, [[22, landscapes(12_500)]]));
    const items = createItems({ items: async (ranges) => ranges.map(itemsOf) }, { onLoad: () => undefined, onStale: () => undefined });
    for (const range of blocksOf(huge, 0, 12_500).toReversed().slice(0, 80)) {
      items.want([]);
      items.put([range], [itemsOf(range)], Date.now());
    }
    items.get(huge, 12_499);
    const found = await items.load(huge, 0, 12_500, new AbortController().signal);
    expect(found.map(({ id }) => id)).toEqual(Array.from({ length: 12_500 }, (_, i) => `id-${i}`));
  });

  it("load a range of any length for a selection", async () => {
    const items = open();
    const loading = items.load(month, 100, 900, new AbortController().signal);
    for (let i = 0; i < 4; i++) {
      calls[i]!.answer(calls[i]!.ranges.map(itemsOf));
      await settle();
    }
    const ids = (await loading).map(({ id }) => id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([800, "id-100", "id-899"]);
  });
});
