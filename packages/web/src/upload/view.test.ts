import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createEngine } from "./engine.ts";
import { files, settled, world } from "./engine-world.ts";
import { createTiles } from "./tiles.ts";
import { viewOf } from "./view.ts";

const extra = { skipped: { count: 0, names: [] }, unreadable: 0, unread: [], progressPerSecond: 0, elapsed: 0, previewOf: () => null };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the rows are what is being sent, then what failed, and never more than fifty", async () => {
  const { ports } = world();
  const engine = createEngine(ports);
  const empty = Array.from({ length: 80 }, (_, i) => ({ file: new File([], `empty-${i}.jpg`), path: `empty-${i}.jpg` }));
  engine.add([...files(30), ...empty]);
  await vi.advanceTimersByTimeAsync(30);
  const view = viewOf(engine.run, extra);
  expect(view.rows).toHaveLength(50);
  expect(view.rows.slice(0, 6).every(({ state }) => state === "sending")).toBe(true);
  expect(view.rows[6]).toMatchObject({ state: "failed", canRetry: false });
  expect(view).toMatchObject({ total: 110, failed: 80, retryable: 0, running: true, more: 36 });
});

test("duplicates are shown only while something runs", async () => {
  const { ports } = world();
  const engine = createEngine(ports);
  engine.add(files(20));
  await settled(engine);
  const again = createEngine(ports);
  again.add(files(20));
  await settled(again);
  expect(viewOf(again.run, extra)).toMatchObject({ running: false, duplicates: 20, safe: 0, rows: [], progress: 1 });
});

test("a twin counts as sent when the file that it waits for is", async () => {
  const { ports } = world();
  const engine = createEngine({ ...ports, api: { ...ports.api, statuses: () => new Promise(() => undefined) } });
  const [one] = files(1);
  if (one) engine.add([one, { ...one, path: "copy/0.jpg" }]);
  await vi.advanceTimersByTimeAsync(20);
  expect(engine.run.queue.in).toMatchObject({ sending: { size: 1 }, twin: { size: 1 } });
  expect(viewOf(engine.run, extra)).toMatchObject({ unsent: 2, checking: 0 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(viewOf(engine.run, extra)).toMatchObject({ unsent: 0, checking: 2 });
});

test("a tile follows its file from waiting to safe, and goes some time after the timeline shows it", async () => {
  const { ports } = world();
  const engine = createEngine({ ...ports, peek: async () => ({ takenAt: "2021-05-03T10:11:12", ratio: 1.5 }) });
  const tiles = createTiles(engine.run);
  engine.add(files(1));
  await vi.advanceTimersByTimeAsync(10);
  expect(tiles.list()).toMatchObject([{ localAt: "2021-05-03T10:11:12", ratio: 1.5, state: "sending", kind: "photo" }]);
  expect(tiles.list()).toBe(tiles.list());
  await settled(engine);
  expect(tiles.list()).toMatchObject([{ state: "safe", assetId: "asset-up1", revision: 7, progress: 1 }]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(tiles.list()).toEqual([]);
});

test("a preview's URL lives exactly as long as its tile", async () => {
  const { ports } = world();
  const engine = createEngine({ ...ports, peek: async () => ({ preview: new Blob(["jpeg"]) }) });
  const tiles = createTiles(engine.run);
  engine.add(files(1));
  await vi.advanceTimersByTimeAsync(10);
  const url = tiles.list()[0]?.previewUrl;
  expect(url).toMatch(/^blob:/u);
  expect(tiles.list()[0]?.previewUrl).toBe(url);
  const revoke = vi.spyOn(URL, "revokeObjectURL");
  engine.cancel(engine.open());
  expect(tiles.list()).toEqual([]);
  expect(revoke).toHaveBeenCalledExactlyOnceWith(url);
});
