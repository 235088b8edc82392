import { encode, type Chunk } from "@tintype/core/geometry";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import type { Grid } from "../../grid/grid.ts";
import type { Range, Source } from "../../grid/items.ts";
import { layOutNow } from "../../grid/layout.ts";
import { toLibrary, toMonth } from "../../grid/library.ts";
import { metricsFor } from "../../grid/metrics.ts";
import { createGaps } from "./gaps.ts";
import { createSync } from "./sync.ts";

const NOVEMBER = 2026 * 12 + 10;
const source: Source = { items: async (ranges) => ranges.map(() => []) };
/** What the grid was given, in order. */
let given: string[] = [];

/** The server: down while `down`, and with a photo for each of its revisions. */
let server = { down: false, revision: 1, asked: 0 };
/** What is done at the page. */
let page = new EventTarget();
let library: { chunks: readonly Chunk[]; revision: number } | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  server = { down: false, revision: 1, asked: 0 };
  library = undefined;
  given = [];
  page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("fetch", async () => {
    server.asked++;
    if (server.down) throw new TypeError("fetch failed");
    const { revision } = server;
    const chunks = [chunkOf(NOVEMBER, [[22, landscapes(revision)]], revision)];
    return new Response(encode({ revision, chunks }), { headers: { etag: `W/"epoch.${revision}"` } });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function start(offset = 100) {
  const grid = {
    setLibrary: async (chunks: readonly Chunk[], revision: number) => {
      library = { chunks, revision };
      given.push(`library ${revision}`);
    },
    layout: () => library && layOutNow(toLibrary(library.chunks.map(toMonth)), metricsFor(1_200, "m", false)),
    seen: () => library && { from: 0, to: library.chunks[0]?.count ?? 0 },
    offset: () => offset,
    items: {
      put: (ranges: readonly Range[]) => given.push(...ranges.map(({ from, to, revision }) => `items ${from}-${to} of ${revision}`)),
      keepOnly: () => undefined,
      get: (month: { revision: number }, index: number) => ({ id: `${month.revision}:${index}` }),
    },
  };
  const onFail = vi.fn<(error: unknown) => void>();
  return { sync: createSync(grid as unknown as Grid, source, createGaps(), { onLoad: () => undefined, onFail }), onFail };
}

it("asks on through an outage, and shows what came meanwhile once it is over", async () => {
  const { sync } = start();
  await sync.load();
  expect(library?.revision).toBe(1);
  server = { down: true, revision: 2, asked: 0 };
  await vi.advanceTimersByTimeAsync(150_000);
  expect(server.asked).toBe(5);
  expect(library?.revision).toBe(1);
  server.down = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(library?.revision).toBe(2);
  server.revision = 3;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(library?.chunks[0]?.count).toBe(3);
  sync.close();
});

it("asks every ten minutes once nobody has done anything for five, and at once, and as before, when somebody does or uploads", async () => {
  const { sync } = start();
  await sync.load();
  server.asked = 0;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(server.asked).toBe(10);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(server.asked).toBe(16);
  server.revision = 2;
  page.dispatchEvent(new Event("pointermove"));
  await vi.advanceTimersByTimeAsync(0);
  expect([server.asked, library?.revision]).toEqual([17, 2]);
  await vi.advanceTimersByTimeAsync(400_000);
  server.asked = 0;
  sync.setBusy(true);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(server.asked).toBe(10);
  sync.close();
});

it("brings the items that are in view before what they belong to, so that nothing blinks", async () => {
  const { sync } = start(0);
  await sync.load();
  server.revision = 3;
  await sync.refresh();
  expect(given).toEqual(["library 1", "items 0-3 of 3", "library 3"]);
  sync.close();
});

it("asks less and less often while uploads are on their way and nothing answers, and often again afterwards", async () => {
  const { sync } = start();
  await sync.load();
  sync.setBusy(true);
  server.down = true;
  await vi.advanceTimersByTimeAsync(1_500);
  server.asked = 0;
  await vi.advanceTimersByTimeAsync(60_000);
  // After 3, 6, 12, 24 seconds; the fifth would come after 30 more.
  expect(server.asked).toBe(4);
  server.down = false;
  await vi.advanceTimersByTimeAsync(30_000);
  server.asked = 0;
  await vi.advanceTimersByTimeAsync(15_000);
  expect(server.asked).toBe(10);
  sync.close();
});

it("loads at last what could not be loaded at first", async () => {
  const { sync, onFail } = start();
  server.down = true;
  await sync.load();
  expect(onFail).toHaveBeenCalledOnce();
  server.down = false;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(library?.revision).toBe(1);
  sync.close();
});

it("asks often while photos come in from elsewhere, and seldom once none came for a while", async () => {
  const { sync } = start();
  await sync.load();
  server.revision = 2;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(library?.revision).toBe(2);
  server.revision = 3;
  await vi.advanceTimersByTimeAsync(1_500);
  expect(library?.revision).toBe(3);
  server.asked = 0;
  await vi.advanceTimersByTimeAsync(300_000);
  // After 1.5, 3, 6, 12 and 24 seconds, then every 30.
  expect(server.asked).toBe(13);
  sync.close();
});

it("asks nothing once it is closed", async () => {
  const { sync } = start();
  await sync.load();
  server.down = true;
  await vi.advanceTimersByTimeAsync(30_000);
  sync.close();
  server.asked = 0;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(server.asked).toBe(0);
});

it("lets photos go before their month is packed anew, and puts them back where it has not been", async () => {
  server.revision = 3;
  const { sync } = start();
  await sync.load();
  const putBack = sync.leave(new Map([[NOVEMBER, new Set([1])]]));
  expect(library?.chunks).toMatchObject([{ month: NOVEMBER, revision: -1, count: 2 }]);
  expect(given.slice(1)).toEqual(["items 0-2 of -1", "library 3"]);
  putBack();
  expect(library?.chunks).toMatchObject([{ month: NOVEMBER, revision: 3, count: 3 }]);
  const putAllBack = sync.leave(new Map([[NOVEMBER, new Set([0, 1, 2])]]));
  expect(library?.chunks).toEqual([]);
  server.revision = 4;
  await sync.refresh();
  putAllBack();
  expect(library?.chunks).toMatchObject([{ revision: 4, count: 4 }]);
  sync.close();
});
