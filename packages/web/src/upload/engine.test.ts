import { createSHA256 } from "hash-wasm";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../lib/http.ts";
import { createEngine, type Engine } from "./engine.ts";
import type { PutAnswer } from "./failure.ts";
import { createLanes } from "./lanes.ts";
import type { Ports } from "./run.ts";
import type { Found } from "./task.ts";

const hasher = createSHA256();

/** The contract of the API and of a store, in memory; single answers can be made to fail. */
function world() {
  const library = new Map<string, string>();
  const stored = new Map<string, Blob>();
  const uploads = new Map<string, { sha256: string; size: number; state: "open" | "received" | "committed" }>();
  const cache = new Map<string, string>();
  const calls: string[] = [];
  const faults: { plan: unknown[]; put: Partial<PutAnswer>[]; complete: unknown[]; hash: string[] } = {
    plan: [],
    put: [],
    complete: [],
    hash: [],
  };
  let flying = 0;
  let most = 0;

  const ports: Ports = {
    api: {
      async plan(files) {
        calls.push(`plan ${files.length}`);
        const fault = faults.plan.shift();
        if (fault) throw fault;
        return files.map(({ sha256, size, name }) => {
          const assetId = library.get(sha256);
          if (assetId) return { status: "have", assetId };
          if (name.startsWith("bad")) return { status: "refused", code: "invalid", detail: "This name is not possible." };
          const uploadId = `up${uploads.size + 1}`;
          uploads.set(uploadId, { sha256, size, state: "open" });
          const expiresAt = new Date(Date.now() + 900_000).toISOString();
          if (size > 1000) return { status: "multipart", uploadId, partSize: 400, partCount: Math.ceil(size / 400), expiresAt };
          return { status: "put", uploadId, expiresAt, request: { method: "PUT", url: `s3:${sha256}`, headers: {} } };
        });
      },
      async parts(id, from, to) {
        calls.push(`parts ${from}-${to}`);
        return Array.from({ length: to - from + 1 }, (_, i) => ({
          number: from + i,
          request: { method: "PUT", url: `s3:${id}/${from + i}`, headers: {} },
        }));
      },
      async complete(id, parts) {
        calls.push(parts ? `complete ${parts.length}` : "complete");
        const fault = faults.complete.shift();
        if (fault) throw fault;
        const upload = uploads.get(id);
        if (upload) upload.state = "received";
      },
      async statuses(ids) {
        return ids.flatMap((id) => {
          const upload = uploads.get(id);
          if (!upload) return [];
          if (upload.state === "received") {
            upload.state = "committed";
            library.set(upload.sha256, `asset-${id}`);
          }
          const safe = upload.state === "committed";
          return [{ id, state: upload.state, reason: null, assetId: safe ? `asset-${id}` : null, safe, revision: safe ? 7 : null }];
        });
      },
      async abort(id) {
        calls.push("abort");
        uploads.delete(id);
      },
    },
    async hash(file, signal) {
      const fault = faults.hash.shift();
      if (fault) throw new DOMException("", fault);
      signal.throwIfAborted();
      const bytes = new Uint8Array(await file.arrayBuffer());
      return (await hasher).init().update(bytes).digest("hex");
    },
    peek: async () => ({}),
    async put({ url }, body, { signal, onProgress }) {
      calls.push("put");
      most = Math.max(most, ++flying);
      await new Promise((resolve) => setTimeout(resolve, 50));
      flying--;
      signal.throwIfAborted();
      const fault = faults.put.shift();
      if (fault) return { status: 0, etag: null, code: "", retryAfter: undefined, ...fault };
      onProgress(body.size);
      stored.set(url, body);
      return { status: 200, etag: `"${url}"`, code: "", retryAfter: undefined };
    },
    lanes: createLanes(6, undefined),
    fingerprints: {
      get: async (key) => cache.get(key),
      set: (key, value) => void cache.set(key, value),
      remove: (key) => void cache.delete(key),
    },
    now: Date.now,
    random: () => 0.5,
  };
  return { ports, library, stored, calls, faults, cache, most: () => most };
}

function files(count: number, size = 100): Found[] {
  return Array.from({ length: count }, (_, i) => {
    const file = new File([`${i}`.padEnd(size, "x")], `${i}.jpg`, { lastModified: 1_700_000_000_000 });
    return { file, path: `trip/${i}.jpg` };
  });
}

function state(engine: Engine) {
  const { done, in: phases, total } = engine.run.queue;
  return { safe: done.safe, duplicates: done.duplicates, failed: phases.failed.size, total: total.tasks };
}

/** Lets timers and promises run until nothing is under way, or the time is over. */
async function run(engine: Engine, seconds = 600): Promise<void> {
  for (let t = 0; t < seconds * 20 && engine.run.queue.unsafe() > 0; t++) await vi.advanceTimersByTimeAsync(50);
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("250 files end as safe, in batches of at most a hundred and at most six PUTs at once", async () => {
  const { ports, calls, stored, most } = world();
  const engine = createEngine(ports);
  engine.add(files(250));
  await run(engine);
  expect(state(engine)).toEqual({ safe: 250, duplicates: 0, failed: 0, total: 250 });
  expect(stored.size).toBe(250);
  expect(most()).toBe(6);
  const sizes = calls.filter((call) => call.startsWith("plan")).map((call) => Number(call.slice(5)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  expect(sizes.length).toBeLessThan(20);
});

test("files that are there already are not sent, and hashed once only", async () => {
  const { ports, calls } = world();
  const first = createEngine(ports);
  first.add(files(20));
  await run(first);
  calls.length = 0;
  const again = createEngine({ ...ports, hash: () => Promise.reject(new Error("hashed again")) });
  again.add(files(20));
  await run(again);
  expect(state(again)).toEqual({ safe: 0, duplicates: 20, failed: 0, total: 20 });
  expect(calls.filter((call) => call === "put")).toEqual([]);
  expect(again.run.tiles.size).toBe(0);
});

test("two files with the same content are sent once; the second is a duplicate of the first", async () => {
  const { ports, calls } = world();
  const engine = createEngine(ports);
  const [one] = files(1);
  if (one) engine.add([one, { ...one, path: "copy/0.jpg" }]);
  await run(engine);
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
  await run(engine);
  expect(state(engine)).toEqual({ safe: 1, duplicates: 0, failed: 0, total: 1 });
});

test("a large file goes in parts, three at once, and a broken part alone is sent again", async () => {
  const { ports, calls, faults, most } = world();
  faults.put.push({}, { status: 503, code: "SlowDown" });
  const engine = createEngine(ports);
  engine.add(files(1, 6_000));
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
  expect(most()).toBe(3);
  expect(calls.filter((call) => call === "put")).toHaveLength(17);
  expect(calls).toContain("complete 15");
});

test.each([
  ["the connection breaks", { status: 0 }, 1],
  ["the store is busy", { status: 503, code: "SlowDown", retryAfter: 3 }, 1],
  ["the signature expired", { status: 403, code: "AccessDenied" }, 2],
  ["the file changed", { status: 400, code: "BadDigest" }, 2],
])("when %s the file is tried again and becomes safe", async (_, fault, plans) => {
  const { ports, calls, faults } = world();
  faults.put.push(fault);
  const engine = createEngine(ports);
  engine.add(files(1));
  await run(engine);
  expect(state(engine)).toEqual({ safe: 1, duplicates: 0, failed: 0, total: 1 });
  expect(calls.filter((call) => call.startsWith("plan"))).toHaveLength(plans);
});

test("412 means that the bytes are there: it is completed, not sent again", async () => {
  const { ports, calls, faults } = world();
  faults.put.push({ status: 412, code: "PreconditionFailed" });
  const engine = createEngine(ports);
  engine.add(files(1));
  await run(engine);
  expect(calls).toEqual(["plan 1", "put", "complete"]);
  expect(state(engine)).toMatchObject({ safe: 1 });
});

test("an outage of ten minutes fails no file", async () => {
  const { ports } = world();
  const start = Date.now();
  const engine = createEngine({
    ...ports,
    put: (...args) =>
      Date.now() - start < 600_000 ? Promise.resolve({ status: 0, etag: null, code: "", retryAfter: undefined }) : ports.put(...args),
  });
  engine.add(files(40));
  await run(engine, 900);
  expect(state(engine)).toEqual({ safe: 40, duplicates: 0, failed: 0, total: 40 });
});

test("one file that never gets through while the others do fails alone, with its reason, and can be retried", async () => {
  const { ports } = world();
  let broken = true;
  const engine = createEngine({
    ...ports,
    put: async (request, body, options) => {
      const answer = await ports.put(request, body, options);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return broken && body instanceof File && body.name === "3.jpg" ? { ...answer, status: 0 } : answer;
    },
  });
  engine.add(files(400));
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 399, failed: 1 });
  const [failed] = engine.run.queue.in.failed;
  expect(failed).toMatchObject({ name: "3.jpg", reason: "The connection broke." });
  broken = false;
  engine.retry([...engine.run.queue.in.failed]);
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 400, failed: 0 });
});

test.each([
  ["signed-out", new Problem(401, "unauthenticated", "Sign in to do this.")],
  ["full", new Problem(507, "storage_full", "The disk is full.")],
] as const)("%s holds the queue, loses nothing, and goes on after the release", async (hold, problem) => {
  const { ports, faults } = world();
  faults.plan.push(problem);
  const engine = createEngine(ports);
  engine.add(files(30));
  await run(engine, 30);
  expect([...engine.run.holds]).toEqual([hold]);
  expect(engine.open()).toHaveLength(30);
  engine.release(hold);
  await run(engine);
  expect(state(engine)).toEqual({ safe: 30, duplicates: 0, failed: 0, total: 30 });
});

test("a full store in the middle of sending holds the queue too", async () => {
  const { ports, faults } = world();
  faults.put.push({ status: 507 });
  const engine = createEngine(ports);
  engine.add(files(10));
  await run(engine, 10);
  expect([...engine.run.holds]).toEqual(["full"]);
  engine.release("full");
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 10, failed: 0 });
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
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 30, failed: 0 });
});

test("a file that changed on disk is opened anew and its present content is sent", async () => {
  const { ports, faults, stored } = world();
  faults.hash.push("NotReadableError");
  const engine = createEngine(ports);
  const [before] = files(1);
  if (before) engine.add([{ ...before, reopen: async () => new File(["new content"], "0.jpg") }]);
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
  expect(await [...stored.values()][0]?.text()).toBe("new content");
  expect(engine.run.queue.total.bytes).toBe(11);
});

test("a file that cannot be opened anew fails with a reason that says what to do", async () => {
  const { ports, faults } = world();
  faults.hash.push("NotReadableError");
  const engine = createEngine(ports);
  engine.add(files(1));
  await run(engine);
  expect([...engine.run.queue.in.failed][0]?.reason).toMatch(/Add it again/);
});

test("empty and refused files fail beside the others, which are safe", async () => {
  const { ports } = world();
  const engine = createEngine(ports);
  const bad = new File(["x"], "bad.jpg");
  engine.add([...files(3), { file: new File([], "empty.jpg"), path: "empty.jpg" }, { file: bad, path: "bad.jpg" }]);
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 3, failed: 2 });
  expect([...engine.run.queue.in.failed].map((task) => task.reason)).toEqual([
    "The file is empty: there is nothing to keep.",
    "This name is not possible.",
  ]);
});

test("one file that the API finds invalid does not hold up its batch", async () => {
  const { ports } = world();
  const engine = createEngine({
    ...ports,
    api: {
      ...ports.api,
      plan: async (asked) => {
        const at = asked.findIndex(({ name }) => name === "5.jpg");
        if (at >= 0) throw new Problem(400, "invalid", "The name is too long.", { extra: { field: `files.${at}.name` } });
        return ports.api.plan(asked);
      },
    },
  });
  engine.add(files(12));
  await run(engine);
  expect(state(engine)).toMatchObject({ failed: 1, safe: 11 });
  expect([...engine.run.queue.in.failed][0]).toMatchObject({ name: "5.jpg", reason: "The name is too long." });
});

test("cancelled files leave the totals, and their uploads are aborted", async () => {
  const { ports, calls } = world();
  const engine = createEngine(ports);
  engine.add(files(50));
  await vi.advanceTimersByTimeAsync(70);
  engine.cancel(engine.open());
  await run(engine);
  const { safe, total } = state(engine);
  expect(safe).toBe(total);
  expect(total).toBeLessThan(50);
  expect(calls).toContain("abort");
});

test("an upload of which the server knows nothing any more is planned again", async () => {
  const { ports, calls } = world();
  let forgotten = false;
  const engine = createEngine({
    ...ports,
    api: {
      ...ports.api,
      statuses: (ids) => {
        if (forgotten) return ports.api.statuses(ids);
        forgotten = true;
        return Promise.resolve([]);
      },
    },
  });
  engine.add(files(1));
  await run(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
  expect(calls.filter((call) => call === "plan 1")).toHaveLength(2);
});
