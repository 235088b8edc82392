import { asset } from "@tintype/core/asset/table";
import * as Ingest from "@tintype/core/ingest";
import { AppError, type Ctx } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import type { Ports } from "@tintype/core/media";
import { type Line, recorder } from "@tintype/test/api";
import { useDatabase } from "@tintype/test/database";
import { noPorts } from "@tintype/test/ingest";
import { addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Message, takeBatch, workOf } from "./batch.ts";

const database = useDatabase();
const store = useStore();
let system: Ctx;
let lines: Line[];
let again: string[];
let anew: Message[];
let delays: (number | undefined)[];

beforeEach(async () => {
  lines = [];
  again = [];
  anew = [];
  delays = [];
  system = systemOn(database(), { store: store(), log: recorder(lines) });
  await addPerson(system, "Anna");
});

const JPEG = [0xff, 0xd8, 0xff, 0xe0];
const tags = { exif: {}, xmp: {}, iptc: {}, png: {}, icc: {} };
const made = { width: 3, height: 2, thumb: new Uint8Array(1), preview: new Uint8Array(1), thumbhash: new Uint8Array(1), partial: false };
const HOUR_MS = 3_600_000;
let seed = 0;

/** A picture in the library, and the message that tells of it. */
async function told(name: string, receives: number): Promise<Message> {
  const key = `library/anna/2026/11/${name}`;
  await store().put(key, new Uint8Array([...JPEG, ++seed]), { type: "image/jpeg" });
  const s3 = { bucket: { name: "photos" }, object: { key } };
  return { id: name, receives, body: JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] }) };
}

type Derive = Ports["image"]["derive"];
const ports = (derive: Derive): Ports => ({ ...noPorts, metadata: { read: async () => tags }, image: { ...noPorts.image, derive } });
const run = (messages: readonly Message[], derive: Derive = () => Promise.resolve(made), msLeft = 1_000_000, now = system.now()) =>
  takeBatch(system.log, messages, {
    bucket: "photos",
    now: () => now,
    msLeft: () => msLeft,
    again: async ({ body, putOff, delayMs }) => {
      again.push(body);
      delays.push(delayMs);
      anew.push({ id: "anew", body, receives: 1, putOff });
    },
    work: workOf(system, ports(derive)),
  });
const states = async () => {
  const rows = await system.db.select({ name: asset.name, state: asset.state, reason: asset.reason }).from(asset);
  return Object.fromEntries(rows.map(({ name, state, reason }) => [name, reason ?? state]));
};

it("works on new messages side by side, and then on each that comes again by itself, those with the fewest deliveries first", async () => {
  const order: string[] = [];
  let now = 0;
  const derive: Derive = async (bytes) => {
    order.push(`${bytes.at(-1)! - first}:${++now}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    now--;
    return made;
  };
  const first = seed + 1;
  const messages = [await told("a.jpg", 2), await told("b.jpg", 1), await told("c.jpg", 2), await told("d.jpg", 1)];
  expect(await run(messages, derive)).toEqual([]);
  expect(order.slice(0, 2).toSorted()).toEqual(["1:1", "3:2"]);
  expect(order.slice(2)).toEqual(["0:1", "2:1"]);
});

it("has only what failed delivered again", async () => {
  const broken = await told("broken.jpg", 1);
  const marker = seed;
  const derive: Derive = async (bytes) => {
    if (bytes.at(-1) === marker) throw new Error("a bug");
    return made;
  };
  expect(await run([await told("good.jpg", 1), broken], derive)).toEqual(["broken.jpg"]);
  expect(await states()).toMatchObject({ "good.jpg": "ready", "broken.jpg": "stored" });
});

/** A process was killed at it. */
async function begun(name: string, receives: number): Promise<Message> {
  const message = await told(name, receives);
  await beginTrial(`library/anna/2026/11/${name}`);
  return message;
}

/** An hour ago, in a process that came to no end. */
async function beginTrial(key: string): Promise<void> {
  const before = new Date(Date.now() - HOUR_MS);
  await Ingest.noteTrial({ ...system, now: () => before }, key, "begun");
}

it("decodes no pixels of what had begun from the third delivery on, gives a file up at the fifth, and neither comes again", async () => {
  let decoded = 0;
  const derive: Derive = async () => {
    decoded++;
    return made;
  };
  expect(await run([await begun("third.jpg", 3), await begun("fourth.jpg", 4), await begun("fifth.jpg", 5)], derive)).toEqual([]);
  expect([decoded, again, await states()]).toEqual([
    0,
    [],
    {
      "third.jpg": "The picture crashes its decoder.",
      "fourth.jpg": "The picture crashes its decoder.",
      "fifth.jpg": "Something went wrong while this file was read. It is kept as it is.",
    },
  ]);
});

it("blames no file that never had its turn: tries it, and sends it anew rather than giving it up", async () => {
  const [third, fourth, fifth, sixth] = [
    await told("third.jpg", 3),
    await told("fourth.jpg", 4),
    await told("fifth.jpg", 5),
    await told("sixth.jpg", 6),
  ];
  expect(await run([third, fourth, fifth, sixth])).toEqual([]);
  expect(await states()).toEqual({ "third.jpg": "ready", "fourth.jpg": "ready" });
  expect(again).toEqual([fifth.body, sixth.body]);
  expect(await run([fifth, sixth].map((message) => ({ ...message, receives: 1 })))).toEqual([]);
  expect(await states()).toMatchObject({ "fifth.jpg": "ready", "sixth.jpg": "ready" });
});

it("gives up what is staged only where it was tried, so that it does not go round for ever", async () => {
  const message = await told("inbox.jpg", 2);
  const body = message.body.replace("library/anna/2026/11", "inbox/anna");
  await store().put("inbox/anna/inbox.jpg", new Uint8Array([...JPEG, 0]), { type: "image/jpeg" });
  const staged = (receives: number) => run([{ ...message, body, receives }]);
  await staged(5);
  expect(again).toEqual([body]);
  await beginTrial("inbox/anna/inbox.jpg");
  await staged(5);
  expect(again).toEqual([body]);
});

it("does not hold an outage against what is staged, even where it had begun before", async () => {
  system = { ...system, now: () => new Date(Date.now() + 60_000) };
  const key = "inbox/anna/inbox.jpg";
  await store().put(key, new Uint8Array([...JPEG, ++seed]), { type: "image/jpeg" });
  await beginTrial(key);
  const message = messageOf(key, "ObjectCreated:Put");
  system = { ...system, store: { ...store(), copy: () => Promise.reject(new AppError("storage_unavailable", "away")) } };
  expect(await run([{ ...message, receives: 3 }])).toEqual([]);
  system = { ...system, store: store() };
  expect(await run([{ ...message, receives: 5 }])).toEqual([]);
  expect(again).toEqual([message.body, message.body]);
});

it("blames a file for the end of its process, and not its neighbours, which never had their turn", async () => {
  const killer = await told("killer.jpg", 2);
  const marker = seed;
  const neighbour = await told("neighbour.jpg", 2);
  let isReached = false;
  // A process that is killed at it never comes back.
  void run(
    [killer, neighbour],
    () =>
      new Promise(() => {
        isReached = true;
      }),
  );
  await vi.waitUntil(() => isReached);
  const derive: Derive = async (bytes) => {
    if (bytes.at(-1) === marker) throw new Error("it would be killed again");
    return made;
  };
  // While it may still be at it, another waits.
  expect(await run([{ ...killer, receives: 3 }])).toEqual(["killer.jpg"]);
  system = { ...system, now: () => new Date(Date.now() + HOUR_MS) };
  const redelivered = [killer, neighbour].map((message) => ({ ...message, receives: 3 }));
  expect(await run(redelivered, derive)).toEqual([]);
  expect(await states()).toEqual({ "killer.jpg": "The picture crashes its decoder.", "neighbour.jpg": "ready" });
});

it("does not hold against a file that something was away when it was tried alone", async () => {
  const message = await told("a.jpg", 2);
  await run([message], () => Promise.reject(new AppError("storage_unavailable", "away")));
  expect(await run([{ ...message, receives: 2 }])).toEqual([]);
  expect(await states()).toEqual({ "a.jpg": "ready" });
});

it("sends a message anew while something is away, or when time is short: neither counts against the file", async () => {
  const message = await told("later.jpg", 4);
  const away: Derive = () => Promise.reject(new AppError("storage_unavailable", "away"));
  expect(await run([{ ...message, receives: 2 }], away)).toEqual([]);
  expect(await run([message], undefined, 30_000)).toEqual([]);
  expect(again).toEqual([message.body, message.body]);
});

it("forgets what is no message, and what is told of another bucket", async () => {
  const other = (await told("other.jpg", 1)).body.replace("photos", "elsewhere");
  expect(
    await run([
      { id: "1", body: "no message", receives: 1 },
      { id: "2", body: other, receives: 1 },
    ]),
  ).toEqual([]);
  expect(lines).toContainEqual(expect.objectContaining({ event: "message of no store", message: "1" }));
  expect(await states()).toEqual({});
});

describe("when something is away for hours", () => {
  const away: Derive = () => Promise.reject(new AppError("storage_unavailable", "away"));
  /** A message that was put off for three hours, again and again. */
  const old = async (name: string, receives = 1): Promise<Message> => ({
    ...(await told(name, receives)),
    putOff: JSON.stringify({ since: Date.now() - 3 * HOUR_MS, times: 30 }),
  });

  it("fails, and says so in its log, when it could do nothing else, after it has asked ever more seldom for two hours", async () => {
    let now = Date.now();
    let message = await told("a.jpg", 1);
    let tries = 0;
    const start = now;
    for (; tries < 100; tries++) {
      const failed = await run([message], away, undefined, new Date(now)).catch((error: unknown) => error);
      if (failed instanceof Error) break;
      expect(failed).toEqual([]);
      message = anew.pop()!;
      now += 5 * 60_000;
    }
    expect([(now - start) / HOUR_MS, tries]).toEqual([2, 24]);
    const said = lines.filter(({ event }) => event === "away for hours");
    expect(said).toEqual([expect.objectContaining({ messages: 1 })]);
  });

  it("has what was put off for so long delivered again, to end aside, and goes on with its neighbours", async () => {
    const [lost, young] = [await old("lost.jpg"), await told("young.jpg", 1)];
    expect(await run([lost, young], away)).toEqual([lost.id]);
    expect(again).toEqual([young.body]);
    expect(await run([{ ...lost, receives: 2 }])).toEqual([]);
    expect(await states()).toMatchObject({ "lost.jpg": "ready" });
  });

  it("says of no file that it is unreadable, and lets its message end aside", async () => {
    const message = await old("kept.jpg");
    for (const receives of [2, 3, 4, 5, 6]) await expect(run([{ ...message, receives }], away)).rejects.toThrow("away for hours");
    expect([await states(), again]).toEqual([{ "kept.jpg": "stored" }, []]);
  });
});

/** A store's message of an object, as it tells of it when it was written or removed `agoMs` before. */
function messageOf(key: string, eventName: string, agoMs = 60_000, etag?: string): Message {
  const eventTime = new Date(system.now().getTime() - agoMs).toISOString();
  const s3 = { bucket: { name: "photos" }, object: { key, ...(etag !== undefined && { eTag: etag }) } };
  return { id: key, receives: 1, body: JSON.stringify({ Records: [{ eventName, eventTime, s3 }] }) };
}

it("sends the message of a file that was just dropped anew for when it is at rest, and asks neither store nor database before", async () => {
  const message = messageOf("inbox/anna/new.jpg", "ObjectCreated:Put", 1000);
  const real = system;
  system = { ...real, db: unasked, store: unasked, queue: unasked };
  expect(await run([message])).toEqual([]);
  expect(again).toEqual([message.body]);
  expect(delays[0]).toBeGreaterThan(3000);
  expect(delays[0]).toBeLessThanOrEqual(4000);
});

/** Guarantee: whatever is asked of it throws. */
const unasked = new Proxy({} as never, {
  get: (_, name) => {
    throw new Error(`${String(name)} was not to be asked for`);
  },
});

it("takes what is at rest from the inbox to its place and shows it, and asks nothing of the store when that tells of its own copy", async () => {
  system = { ...system, now: () => new Date(Date.now() + 60_000) };
  const key = "inbox/anna/IMG_20200102_030405.jpg";
  await store().put(key, new Uint8Array([...JPEG, ++seed]), { type: "image/jpeg" });
  expect(await run([messageOf(key, "ObjectCreated:Put")])).toEqual([]);
  const [row] = await system.db.select().from(asset);
  expect(row).toMatchObject({ state: "ready", localAt: "2020-01-02T03:04:05" });
  system = { ...system, store: unasked };
  const ours = [messageOf(row!.key, "ObjectCreated:Copy", 60_000, row!.etag), messageOf(key, "ObjectRemoved:Delete")];
  expect(await run(ours)).toEqual([]);
  expect(again).toEqual([]);
});

it("has a file in the inbox that comes again copied alone: it is decoded by a job of its own", async () => {
  system = { ...system, now: () => new Date(Date.now() + 60_000) };
  const key = "inbox/anna/again.jpg";
  await store().put(key, new Uint8Array([...JPEG, ++seed]), { type: "image/jpeg" });
  const message = { ...messageOf(key, "ObjectCreated:Put"), receives: 2 };
  expect(await run([message], () => Promise.reject(new Error("it was not to be decoded")))).toEqual([]);
  expect(await system.db.select().from(asset)).toEqual([]);
  const jobs = await system.db.select({ key: job.dedupe }).from(job);
  expect(jobs).toEqual([{ key: expect.stringMatching(/^library\/anna\/.*again~/u) }]);
});
