import { encode, type Chunk } from "@tintype/core/geometry";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import type { Grid } from "../../grid/grid.ts";
import type { Source } from "../../grid/items.ts";
import { createSync } from "./sync.ts";

const NOVEMBER = 2026 * 12 + 10;
const source: Source = { items: async () => [] };

/** The server: down while `down`, and with a photo for each of its revisions. */
let server = { down: false, revision: 1, asked: 0 };
let library: { chunks: readonly Chunk[]; revision: number } | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  server = { down: false, revision: 1, asked: 0 };
  library = undefined;
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

function start() {
  const grid = {
    setLibrary: async (chunks: readonly Chunk[], revision: number) => void (library = { chunks, revision }),
    layout: () => undefined,
    seen: () => undefined,
    offset: () => 100,
    items: { put: () => undefined, keepOnly: () => undefined },
  };
  const onFail = vi.fn<(error: unknown) => void>();
  return { sync: createSync(grid as unknown as Grid, source, { onLoad: () => undefined, onFail }), onFail };
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
