import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../lib/http.ts";
import { createEngine } from "./engine.ts";
import { files, settled, state, world } from "@tintype/test/upload-world";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
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
  await settled(engine);
  expect(state(engine)).toEqual({ safe: 1, duplicates: 0, failed: 0, total: 1 });
  expect(calls.filter((call) => call.startsWith("plan"))).toHaveLength(plans);
});

test("412 means that the bytes are there: it is completed, not sent again", async () => {
  const { ports, calls, faults } = world();
  faults.put.push({ status: 412, code: "PreconditionFailed" });
  const engine = createEngine(ports);
  engine.add(files(1));
  await settled(engine);
  expect(calls).toEqual(["plan 1", "put", "complete"]);
  expect(state(engine)).toMatchObject({ safe: 1 });
});

test("when parts cannot be signed the parts on their way end before the next try begins", async () => {
  const { ports, stored } = world();
  let flying = 0;
  let signed = 0;
  const flyingAtSigning: number[] = [];
  const engine = createEngine({
    ...ports,
    api: {
      ...ports.api,
      parts: async (...asked) => {
        if (++signed === 2) throw new Problem(500, "internal", "It broke.");
        flyingAtSigning.push(flying);
        return ports.api.parts(...asked);
      },
    },
    put: async (request, body, options) => {
      flying++;
      try {
        const slow = signed === 1 && request.url.endsWith("/11");
        if (slow) {
          await new Promise((resolve, reject) => {
            setTimeout(resolve, 300_000);
            options.signal.addEventListener("abort", () => reject(new DOMException("cancelled", "AbortError")));
          });
        }
        return await ports.put(request, body, options);
      } finally {
        flying--;
      }
    },
  });
  engine.add(files(1, 400 * 16));
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1, failed: 0 });
  expect(stored.size).toBe(16);
  expect(flyingAtSigning[1]).toBe(0);
});

test("a part whose signature ran out costs none of the parts before it", async () => {
  const { ports, calls, stored } = world();
  let puts = 0;
  const expired = { status: 403, code: "AccessDenied", etag: null, retryAfter: undefined };
  const engine = createEngine({ ...ports, put: async (...sent) => (++puts % 5 === 0 ? expired : ports.put(...sent)) });
  engine.add(files(1, 400 * 40));
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1, failed: 0 });
  const refused = Math.floor(puts / 5);
  expect([stored.size, puts - refused, refused]).toEqual([40, 40, expect.any(Number)]);
  expect(refused).toBeGreaterThan(6);
  expect(engine.run.wire.bytes).toBe(400 * 40);
  expect(calls.filter((call) => call.startsWith("plan")).length).toBeGreaterThan(1);
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
  await settled(engine, 900);
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
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 399, failed: 1 });
  const [failed] = engine.run.queue.in.failed;
  expect(failed).toMatchObject({ name: "3.jpg", reason: "The connection to the storage broke." });
  broken = false;
  engine.retry([...engine.run.queue.in.failed]);
  await settled(engine);
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
  await settled(engine, 30);
  expect([...engine.run.holds]).toEqual([hold]);
  expect(engine.open()).toHaveLength(30);
  engine.release(hold);
  await settled(engine);
  expect(state(engine)).toEqual({ safe: 30, duplicates: 0, failed: 0, total: 30 });
});

test("a full store in the middle of sending holds the queue too", async () => {
  const { ports, faults } = world();
  faults.put.push({ status: 507 });
  const engine = createEngine(ports);
  engine.add(files(10));
  await settled(engine, 10);
  expect([...engine.run.holds]).toEqual(["full"]);
  engine.release("full");
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 10, failed: 0 });
});

test("finds out by itself, with one file at a time, that a full store has room again", async () => {
  const { ports, faults, calls } = world();
  faults.put.push(...Array.from({ length: 10 }, () => ({ status: 507 })));
  const engine = createEngine(ports);
  engine.add(files(40));
  await settled(engine, 50);
  expect([...engine.run.holds]).toEqual(["full"]);
  const before = calls.filter((call) => call === "put").length;
  expect(before).toBeLessThan(10);
  await settled(engine, 65);
  expect(calls.filter((call) => call === "put").length - before).toBe(1);
  expect([...engine.run.holds]).toEqual(["full"]);
  await settled(engine, 1_000);
  expect(state(engine)).toEqual({ safe: 40, duplicates: 0, failed: 0, total: 40 });
});

test("a file that changed on disk is opened anew and its present content is sent", async () => {
  const { ports, faults, stored } = world();
  faults.hash.push("NotReadableError");
  const engine = createEngine(ports);
  const [before] = files(1);
  if (before) engine.add([{ ...before, reopen: async () => new File(["new content"], "0.jpg") }]);
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
  expect(await [...stored.values()][0]?.text()).toBe("new content");
  expect(engine.run.queue.total.bytes).toBe(11);
});

test("a file that cannot be opened anew fails with a reason that says what to do", async () => {
  const { ports, faults } = world();
  faults.hash.push("NotReadableError");
  const engine = createEngine(ports);
  engine.add(files(1));
  await settled(engine);
  expect([...engine.run.queue.in.failed][0]?.reason).toMatch(/Add it again/u);
});

test("empty and refused files fail beside the others, which are safe", async () => {
  const { ports } = world();
  const engine = createEngine(ports);
  const bad = new File(["x"], " ");
  engine.add([...files(3), { file: new File([], "empty.jpg"), path: "empty.jpg" }, { file: bad, path: "trip/ " }]);
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 3, failed: 2 });
  expect([...engine.run.queue.in.failed].map((task) => task.reason)).toEqual([
    "The file is empty (0 bytes). Copy it again from where it came from, then add it.",
    "This file has no name.",
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
  await settled(engine);
  expect(state(engine)).toMatchObject({ failed: 1, safe: 11 });
  expect([...engine.run.queue.in.failed][0]).toMatchObject({ name: "5.jpg", reason: "The name is too long." });
});

test("an upload of which the server knows nothing any more is planned again", async () => {
  const { ports, calls, uploads } = world();
  let forgotten = false;
  const engine = createEngine({
    ...ports,
    api: {
      ...ports.api,
      statuses: (ids) => {
        if (forgotten) return ports.api.statuses(ids);
        forgotten = true;
        uploads.clear();
        return ports.api.statuses(ids);
      },
    },
  });
  engine.add(files(1));
  await settled(engine);
  expect(state(engine)).toMatchObject({ safe: 1 });
  expect(calls.filter((call) => call === "plan 1")).toHaveLength(2);
});

test.each(["before it was seen to be safe", "before the timeline showed it"])(
  "a file whose original goes missing %s is not waited for for ever",
  async (when) => {
    const { ports, library, calls } = world();
    const gone = when === "before it was seen to be safe" ? 1 : 2;
    let asked = 0;
    const statuses: typeof ports.api.statuses = async (ids) => {
      const answers = await ports.api.statuses(ids);
      if (++asked === gone) library.clear();
      if (asked < gone) return answers.map((each) => ({ ...each, revision: null }));
      return answers.map((each) => (library.size > 0 ? each : { ...each, safe: false, revision: null }));
    };
    const engine = createEngine({ ...ports, api: { ...ports.api, statuses } });
    engine.add(files(1));
    await settled(engine, 60);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state(engine)).toMatchObject({ safe: 1, failed: 0 });
    expect(engine.run.unshown.size).toBe(0);
    expect(calls.filter((call) => call === "put")).toHaveLength(gone === 1 ? 2 : 1);
  },
);

test.each([
  ["while every lane is taken", { status: 500 }, 1],
  ["while nothing gets through", { status: 0 }, 40],
])("a file whose next try is due is waited for without looking at it over and over, %s", async (_, fault, times) => {
  const { ports, faults } = world();
  faults.put.push(...Array.from({ length: times }, () => fault));
  let looks = 0;
  const now = () => {
    looks++;
    return Date.now();
  };
  const hanging = () => new Promise<never>(() => undefined);
  const engine = createEngine({ ...ports, now, put: (...sent) => (faults.put.length > 0 ? ports.put(...sent) : hanging()) });
  engine.add(files(40));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(engine.run.queue.in.retrying.size).toBeGreaterThan(0);
  looks = 0;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBeLessThan(1_000);
});

test("a pause ends at once when a person wants it to", async () => {
  const { ports, faults } = world();
  faults.put.push({ status: 503, code: "SlowDown", retryAfter: 50 });
  const engine = createEngine(ports);
  engine.add(files(1));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(engine.run.queue.in.retrying.size).toBe(1);
  engine.tryNow();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(state(engine)).toMatchObject({ safe: 1 });
});
