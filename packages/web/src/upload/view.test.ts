import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../lib/http.ts";
import { createEngine } from "./engine.ts";
import { files, settled, world } from "@tintype/test/upload-world";
import { isLively } from "./run.ts";
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

test.each([
  ["the store breaks off", { status: 0 }, undefined, true],
  ["our server does not reach the store", undefined, new Problem(503, "storage_unavailable", ""), true],
  ["our server is away itself", undefined, new Problem(0, "unreachable", ""), false],
])("while files wait because %s, it is known whether that is at the storage", async (_, put, plan, atStorage) => {
  const { ports, faults } = world();
  if (put) faults.put.push(put);
  if (plan) faults.plan.push(plan);
  const engine = createEngine({ ...ports, random: () => 1 });
  engine.add(files(1));
  await vi.advanceTimersByTimeAsync(500);
  expect(viewOf(engine.run, extra)).toMatchObject({ waiting: true, atStorage });
  await settled(engine);
  expect(viewOf(engine.run, extra)).toMatchObject({ safe: 1, atStorage: false });
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
  await vi.advanceTimersByTimeAsync(2_000);
  expect(tiles.list()).toMatchObject([{ state: "safe", assetId: "asset-up1", revision: 7, progress: 1 }]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(tiles.list()).toEqual([]);
});

test("nothing of a failed file moves by itself: its tile alone keeps the page from being told", async () => {
  const { ports, faults } = world();
  faults.hash.push("NotReadableError");
  const engine = createEngine({ ...ports, peek: async () => ({ preview: new Blob(["jpeg"]) }) });
  const tiles = createTiles(engine.run);
  engine.add(files(1));
  expect(isLively(engine.run)).toBe(true);
  await settled(engine);
  expect(tiles.list()).toMatchObject([{ state: "failed" }]);
  expect(isLively(engine.run)).toBe(false);
  engine.retry([...engine.run.queue.in.failed]);
  expect(isLively(engine.run)).toBe(true);
  await settled(engine);
  expect(tiles.list()).toMatchObject([{ state: "safe" }]);
  await vi.advanceTimersByTimeAsync(1_000);
  tiles.list();
  await vi.advanceTimersByTimeAsync(21_000);
  tiles.list();
  expect(isLively(engine.run)).toBe(false);
});

test("a preview's URL lives as long as its tile, and until the page has been told that it is gone", async () => {
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
  expect(revoke).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(revoke).toHaveBeenCalledExactlyOnceWith(url);
});

test("a duplicate's row keeps its preview as long as it is shown", async () => {
  const { ports, library } = world();
  for (const { file } of files(8)) library.set(`${file.name}:${file.size}`, "there");
  // The tiles are there before the answer.
  const plan: typeof ports.api.plan = async (asked) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return ports.api.plan(asked);
  };
  const engine = createEngine({ ...ports, api: { ...ports.api, plan }, peek: async () => ({ preview: new Blob(["jpeg"]) }) });
  const tiles = createTiles(engine.run);
  engine.add(files(9));
  const revoke = vi.spyOn(URL, "revokeObjectURL").mockClear();
  const seen = new Set<string>();
  for (let tick = 0; tick < 40; tick++) {
    await vi.advanceTimersByTimeAsync(5);
    const rows = viewOf(engine.run, { ...extra, previewOf: tiles.previewOf }).rows.filter(({ state }) => state === "duplicate");
    tiles.list();
    const shown = rows.flatMap(({ previewUrl }) => previewUrl ?? []);
    for (const url of shown) seen.add(url);
    for (const [url] of revoke.mock.calls) expect(shown).not.toContain(url);
  }
  expect(seen.size).toBeGreaterThan(0);
  await settled(engine);
  engine.run.queue.startOver();
  for (let tick = 0; tick < 3; tick++) {
    tiles.list();
    await vi.advanceTimersByTimeAsync(30_000);
  }
  expect(new Set(revoke.mock.calls.map(([url]) => url)).size).toBe(9);
});

test("a sidecar file has no tile, and is counted among what is kept and not shown, whoever knows that it is one", async () => {
  const { ports } = world();
  const statuses: typeof ports.api.statuses = async (ids) =>
    (await ports.api.statuses(ids)).map((each, i) => ({ ...each, revision: each.safe ? Number(i === 0) : null }));
  const engine = createEngine({ ...ports, api: { ...ports.api, statuses } });
  const tiles = createTiles(engine.run);
  const named = (name: string) => ({ file: new File(["x"], name), path: name });
  engine.add([named("a.jpg"), named("a.jpg.xmp"), named("a.jpg.supplemental-m.json")]);
  await vi.advanceTimersByTimeAsync(10);
  expect(tiles.list().map(({ name }) => name)).toEqual(["a.jpg", "a.jpg.supplemental-m.json"]);
  await settled(engine);
  expect(viewOf(engine.run, extra)).toMatchObject({ safe: 3, sidecars: 2 });
});

test("a file that failed and is added again has one row, not two", async () => {
  const { ports } = world();
  const engine = createEngine(ports);
  const empty = (size = "") => ({ file: new File([size], "empty.jpg", { lastModified: 1 }), path: "trip/empty.jpg" });
  engine.add([empty()]);
  engine.add([empty()]);
  expect(viewOf(engine.run, extra)).toMatchObject({ total: 1, failed: 1 });
  // Another state of it may fail for another reason: that one stays.
  engine.add([empty("x")]);
  await settled(engine);
  expect(viewOf(engine.run, extra)).toMatchObject({ total: 2, failed: 1, safe: 1 });
});
