import { AppError, type Ctx, GUARD, LOOK, TIDY, WAKE } from "@tintype/core/kernel";
import type { ObjectStore } from "@tintype/core/storage";
import { type Line, recorder } from "@tintype/test/api";
import { useDatabase } from "@tintype/test/database";
import { systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { beforeEach, describe, expect, it } from "vitest";
import { answerArrivals, answerWakes, type WakesOptions } from "./called.ts";
import { answerClock, isUnfinished, noteWork } from "./due.ts";

const HOUR_MS = 3_600_000;
const database = useDatabase();
const store = useStore();
let system: Ctx;
let lines: Line[];
let sent: Parameters<WakesOptions["send"]>[0][];
/** How often a call has begun that may wake the database. */
let begun: number;
/** What was done. */
let done: string[];

beforeEach(async () => {
  [lines, sent, begun, done] = [[], [], 0, []];
  system = systemOn(database(), { store: store(), log: recorder(lines) });
  const { objects } = await store().list("");
  if (objects.length > 0) await store().remove(objects.map(({ key }) => key));
  // A look that finds nothing: from now on there is something to do only where a test says so.
  await call([TIDY]);
  begun = 0;
  for (const each of [lines, sent, done]) each.length = 0;
});

const longAgo = () => JSON.stringify({ since: Date.now() - 3 * HOUR_MS, times: 30 });

/** Messages of the queue that wakes a function, as they say what they are for, with what they tell of how long they were put off. */
async function call(bodies: readonly string[], on: Ctx = system, putOff?: string): Promise<void> {
  const told = putOff !== undefined && { messageAttributes: { putOff: { stringValue: putOff } } };
  const Records = bodies.map((body, i) => ({ messageId: String(i), body, attributes: { ApproximateReceiveCount: "1" }, ...told }));
  await answerWakes(
    on,
    { Records },
    { getRemainingTimeInMillis: () => 600_000 },
    {
      begin: () => {
        begun++;
        return () => Promise.resolve();
      },
      kinds: { rare: { concurrency: 1, run: async () => void done.push("job") }, purge: { concurrency: 1, run: async () => undefined } },
      send: async (message) => void sent.push(message),
      mostDelayMs: 900_000,
    },
  );
}
const clock = (on: Pick<Ctx, "store" | "now" | "log"> = system) =>
  answerClock(on, async (message) => void sent.push({ delayMs: 0, ...message }));

const away = () => Promise.reject(new AppError("storage_unavailable", "away"));
const awayStore: ObjectStore = new Proxy({} as ObjectStore, { get: () => away });
const storeAway = (): Ctx => ({ ...system, store: awayStore });
const databaseAway = (): Ctx => ({
  ...system,
  queue: { ...system.queue, claim: () => Promise.reject(new AppError("database_unavailable", "away")) },
});
const broken = (): Ctx => ({ ...system, store: { ...store(), head: () => Promise.reject(new Error("a bug")) } });
const inAMinute = (body: string) => [{ body, delayMs: 60_000, putOff: expect.stringContaining('"times":1') as string }];

describe("a message that has the store asked first", () => {
  it.each([GUARD, LOOK])("wakes nobody when there is nothing to do: %s", async (body) => {
    await call([body, body]);
    expect([begun, sent]).toEqual([0, []]);
  });

  it.each([GUARD, LOOK])("has what somebody was killed at done: %s", async (body) => {
    await system.queue.enqueue([{ kind: "rare", payload: {} }]);
    await noteWork(store(), new Date());
    await call([body]);
    expect([begun, done]).toEqual([1, ["job"]]);
  });

  it("has what lies about looked after when it is the clock's, as the clock itself would", async () => {
    await store().put("inbox/nobody/a.jpg", new Uint8Array(3), { type: "image/jpeg" });
    await call([GUARD]);
    expect(begun).toBe(0);
    await call([LOOK]);
    expect(begun).toBe(1);
    // What nobody takes from there is known now.
    await call([LOOK]);
    expect(begun).toBe(1);
  });

  it.each([[[GUARD]], [[LOOK]], [[GUARD, LOOK, GUARD]]])("is asked again in a minute while the store is away: %s", async (bodies) => {
    await call(bodies, storeAway());
    expect([begun, sent]).toEqual([0, inAMinute(bodies.includes(LOOK) ? LOOK : GUARD)]);
    expect(lines).toMatchObject([{ event: "woken in vain" }]);
  });

  it.each([GUARD, LOOK])("fails when the store is away for hours, so that somebody is told, and says so in its log: %s", async (body) => {
    await expect(call([body], storeAway(), longAgo())).rejects.toThrow("away");
    expect([sent, lines]).toEqual([[], [expect.objectContaining({ event: "away for hours" })]]);
  });

  it.each([GUARD, LOOK])("fails at once for a bug of ours: %s", async (body) => {
    await expect(call([body], broken())).rejects.toThrow("a bug");
    expect(sent).toEqual([]);
  });

  it("is put off for the database, too, and then says what is to be done", async () => {
    await noteWork(store(), new Date());
    await call([GUARD], databaseAway());
    expect(sent).toEqual(inAMinute(WAKE));
    sent = [];
    await call([LOOK], databaseAway());
    expect(sent).toEqual(inAMinute(TIDY));
  });
});

it("jobs are done at once, whatever the messages are that come with what tells of them", async () => {
  await system.queue.enqueue([{ kind: "rare", payload: {} }]);
  await call([GUARD, WAKE]);
  expect([begun, done]).toEqual([1, ["job"]]);
});

it.each([WAKE, TIDY])("what wakes a function in vain goes on with how long it was put off, and fails after hours: %s", async (body) => {
  await call([body], databaseAway(), JSON.stringify({ since: Date.now() - HOUR_MS, times: 12 }));
  expect(sent).toEqual([
    { body, delayMs: expect.closeTo(HOUR_MS / 10, -4) as number, putOff: expect.stringContaining('"times":13') as string },
  ]);
  await expect(call([body], databaseAway(), longAgo())).rejects.toThrow("away");
  expect(sent).toHaveLength(1);
});

it.each([
  { inMs: 600_000, by: [{ body: WAKE, delayMs: expect.closeTo(600_000, -4) as number }], noted: false },
  { inMs: HOUR_MS, by: [], noted: true },
])("a job is waited for by a message, or by what is noted in the store where that is too long, and not by both: $inMs", async (job) => {
  await system.queue.enqueue([{ kind: "rare", payload: {}, runAt: new Date(Date.now() + job.inMs) }]);
  await call([WAKE]);
  expect([sent, await isUnfinished(store(), new Date(Date.now() + 2 * HOUR_MS))]).toEqual([job.by, job.noted]);
});

describe("the clock", () => {
  it("has everything looked after where the store says that it is time, and nothing else", async () => {
    expect([await clock(), sent]).toEqual([true, []]);
    await noteWork(store(), new Date());
    expect([await clock(), sent]).toEqual([true, [{ body: TIDY, delayMs: 0 }]]);
  });

  it("has the store asked in its stead while that is away, and says that it has not looked", async () => {
    expect([await clock(storeAway()), sent]).toEqual([false, inAMinute(LOOK)]);
  });

  it("fails, so that somebody is told, for a bug of ours, and where nobody can be sent", async () => {
    await expect(clock(broken())).rejects.toThrow("a bug");
    expect(sent).toEqual([]);
    const nobody = () => Promise.reject(new Error("no queue"));
    await expect(answerClock(storeAway(), nobody)).rejects.toThrow("no queue");
    await noteWork(store(), new Date());
    await expect(answerClock(system, nobody)).rejects.toThrow("no queue");
  });
});

describe("a batch of the store's messages", () => {
  const recordOf = (name: string) => {
    const s3 = { bucket: { name: "photos" }, object: { key: `library/anna/2026/11/${name}` } };
    const body = JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] });
    return { messageId: name, body, attributes: { ApproximateReceiveCount: "1" } };
  };
  const arrive = (names: readonly string[], work: (key: string) => Promise<void>, end: () => Promise<void> = () => Promise.resolve()) =>
    answerArrivals(
      system,
      { Records: names.map(recordOf) },
      { getRemainingTimeInMillis: () => 200_000 },
      {
        begin: (messages) => {
          begun += messages;
          return end;
        },
        bucket: "photos",
        again: async () => undefined,
        work: ({ key }) => work(key),
      },
    );

  it("is answered with each that is to be delivered again", async () => {
    const fails = (key: string) => (key.endsWith("b.jpg") ? Promise.resolve() : Promise.reject(new Error("a bug")));
    const { batchItemFailures } = await arrive(["a.jpg", "b.jpg", "c.jpg", "d.jpg"], fails);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted()).toEqual(["a.jpg", "c.jpg", "d.jpg"]);
    expect(begun).toBe(4);
  });

  it("is answered when all is told of what it enqueued: after that the function may be frozen", async () => {
    const told: string[] = [];
    const end = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      told.push("end");
    };
    await arrive(["a.jpg"], async () => undefined, end);
    expect(told).toEqual(["end"]);
  });
});
