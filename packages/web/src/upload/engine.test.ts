import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createEngine } from "./engine.ts";
import { files, settled, state, world } from "@tintype/test/upload-world";
import { createTiles } from "./tiles.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("250 files end as safe, in batches of at most fifty and at most six PUTs at once", async () => {
  const { ports, calls, stored, most } = world();
  const engine = createEngine(ports);
  engine.add(files(250));
  await settled(engine);
  expect(state(engine)).toEqual({ safe: 250, duplicates: 0, failed: 0, total: 250 });
  expect(stored.size).toBe(250);
  expect(most()).toBe(6);
  const sizes = calls.filter((call) => call.startsWith("plan")).map((call) => Number(call.slice(5)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(50);
  expect(sizes.length).toBeLessThan(20);
});

test("files that are there already are not sent, and hashed and looked into once only", async () => {
  const { ports, calls } = world();
  const first = createEngine(ports);
  first.add(files(20));
  await settled(first);
  calls.length = 0;
  const again = createEngine({
    ...ports,
    hash: () => Promise.reject(new Error("hashed again")),
    peek: () => Promise.reject(new Error("looked into again")),
  });
  again.add(files(20));
  await settled(again);
  expect(state(again)).toEqual({ safe: 0, duplicates: 20, failed: 0, total: 20 });
  expect(calls.filter((call) => call === "put")).toEqual([]);
  expect(again.run.tiles.size).toBe(0);
});

test("files that are known and yet not there keep their date, and are looked into for their tiles", async () => {
  const { ports } = world();
  const seen = { ...ports, peek: async () => ({ takenAt: "2021-05-03T10:11:12", ratio: 1.5 }) };
  const stuck = { ...seen, api: { ...ports.api, plan: () => new Promise<never>(() => undefined) } };
  createEngine(stuck).add(files(20));
  await vi.advanceTimersByTimeAsync(1_000);
  const asked: (string | undefined)[] = [];
  const plan: typeof ports.api.plan = (tasks) => {
    asked.push(...tasks.map(({ takenAt }) => takenAt));
    return ports.api.plan(tasks);
  };
  const again = createEngine({ ...seen, api: { ...ports.api, plan }, hash: () => Promise.reject(new Error("hashed again")) });
  again.add(files(20));
  await settled(again);
  expect(state(again)).toMatchObject({ safe: 20 });
  expect(asked).toEqual(Array.from({ length: 20 }, () => "2021-05-03T10:11:12"));
  expect(createTiles(again.run).list()).toMatchObject(Array.from({ length: 20 }, () => ({ ratio: 1.5 })));
});

test("two files with the same content are sent once; the second is a duplicate of the first", async () => {
  const { ports, calls } = world();
  const engine = createEngine(ports);
  const [one] = files(1);
  if (one) engine.add([one, { ...one, path: "copy/0.jpg" }]);
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1, duplicates: 1 });
  expect(calls.filter((call) => call === "put")).toHaveLength(1);
});

test("a twin is sent itself when the file that it waited for is cancelled", async () => {
  const { ports } = world();
  const engine = createEngine(ports);
  const [one] = files(1);
  if (one) engine.add([one, { ...one, path: "copy/0.jpg" }]);
  await vi.advanceTimersByTimeAsync(20);
  engine.cancel([...engine.run.queue.in.sending]);
  await settled(engine);
  expect(state(engine)).toEqual({ safe: 1, duplicates: 0, failed: 0, total: 1 });
});

test("a twin is sent itself when the file that it waited for changed on disk", async () => {
  const { ports, faults, stored } = world();
  faults.put.push({ status: 400, code: "BadDigest" });
  const [one] = files(1);
  if (!one) throw new Error("no file");
  const copy = { file: new File([one.file], "copy.jpg"), path: "copy.jpg" };
  let hashed = 0;
  const engine = createEngine({ ...ports, hash: async (file) => (file === one.file && ++hashed > 1 ? "new" : "old") });
  engine.add([one, copy]);
  await settled(engine);
  expect(state(engine)).toEqual({ safe: 2, duplicates: 0, failed: 0, total: 2 });
  expect([...stored.keys()].toSorted()).toEqual(["s3:new", "s3:old"]);
});

test("a large file goes in parts, three at once, and a broken part alone is sent again", async () => {
  const { ports, calls, faults, most } = world();
  faults.put.push({}, { status: 503, code: "SlowDown" });
  const engine = createEngine(ports);
  engine.add(files(1, 6_000));
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
  expect(most()).toBe(3);
  expect(calls.filter((call) => call === "put")).toHaveLength(17);
  expect(calls).toContain("complete 15");
});

test("a pause stops what is being sent, and nothing starts before it is released", async () => {
  const { ports, calls } = world();
  const engine = createEngine(ports);
  engine.add(files(30));
  await vi.advanceTimersByTimeAsync(60);
  engine.hold("paused");
  await vi.advanceTimersByTimeAsync(100);
  const sent = calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(engine.run.queue.in.sending.size).toBe(0);
  expect(calls.length).toBe(sent);
  engine.release("paused");
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 30, failed: 0 });
});

test("releasing what is not held leaves the backoff alone", async () => {
  const { ports, faults, calls } = world();
  faults.put.push({ status: 503, retryAfter: 60 });
  const engine = createEngine(ports);
  engine.add(files(1));
  await vi.advanceTimersByTimeAsync(1_000);
  engine.release("signed-out");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(calls.filter((call) => call === "put")).toHaveLength(1);
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
});

test("cancelled files leave the totals, and their uploads are aborted", async () => {
  const { ports, calls } = world();
  const engine = createEngine(ports);
  engine.add(files(50));
  await vi.advanceTimersByTimeAsync(70);
  engine.cancel(engine.open());
  await settled(engine);
  const { safe, total } = state(engine);
  expect(safe).toBe(total);
  expect(total).toBeLessThan(50);
  expect(calls).toContain("abort");
});

test("a file that is at the store already and being verified is only waited for", async () => {
  const { ports, calls } = world();
  const before = createEngine({ ...ports, api: { ...ports.api, statuses: () => new Promise(() => undefined) } });
  before.add(files(1, 6_000));
  await vi.advanceTimersByTimeAsync(600);
  expect(before.run.queue.in.checking.size).toBe(1);
  calls.length = 0;
  const engine = createEngine(ports);
  engine.add(files(1, 6_000));
  await settled(engine);
  expect(state(engine)).toEqual({ safe: 1, duplicates: 0, failed: 0, total: 1 });
  expect(calls).toEqual(["plan 1", "complete"]);
});

test("two files of one name and time that failed and are added again are two, not more or fewer", () => {
  const engine = createEngine(world().ports);
  const empty = () => ({ file: new File([], "a.jpg", { lastModified: 1 }), path: "a.jpg" });
  for (const found of [[empty()], [empty(), empty()], [empty(), empty()]]) {
    engine.add(found);
    expect(state(engine)).toMatchObject({ failed: found.length, total: found.length });
  }
});

test("a file that failed is hashed anew when it is added again, whatever this browser remembers of it", async () => {
  const { ports, faults } = world();
  const hashed: string[] = [];
  const hash: typeof ports.hash = (file, signal) => {
    hashed.push(file.name);
    return ports.hash(file, signal);
  };
  const engine = createEngine({ ...ports, hash });
  faults.put.push({ status: 400, code: "EntityTooLarge" });
  engine.add(files(1));
  await settled(engine);
  expect(state(engine)).toMatchObject({ failed: 1 });
  engine.add(files(1));
  await settled(engine);
  expect(state(engine)).toEqual({ safe: 1, duplicates: 0, failed: 0, total: 1 });
  expect(hashed).toEqual(["0.jpg", "0.jpg"]);
});
