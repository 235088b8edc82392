import { asset } from "@tintype/core/asset/table";
import { ingest } from "@tintype/core/ingest/table";
import { AppError, type Ctx, type Database } from "@tintype/core/kernel";
import type { Ports } from "@tintype/core/media";
import { useDatabase } from "@tintype/test/database";
import { noPorts } from "@tintype/test/ingest";
import { addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { beforeEach, expect, it } from "vitest";
import { type Message, takeBatch, workOf } from "./batch.ts";

const database = useDatabase();
const store = useStore();
const KEY = "library/anna/2026/11/a.jpg";
const HOUR_MS = 3_600_000;
const made = { width: 3, height: 2, thumb: new Uint8Array(1), preview: new Uint8Array(1), thumbhash: new Uint8Array(1), partial: false };

type Derive = Ports["image"]["derive"];
let system: Ctx;
let isAway: boolean;
let nowMs: number;
let anew: Message[];
let seed = 0;

beforeEach(async () => {
  [isAway, nowMs, anew] = [false, Date.now(), []];
  const plain = systemOn(database());
  await addPerson(plain, "Anna");
  system = systemOn(thatGoesAway(plain.db), { store: store(), now: () => new Date(nowMs) });
  await store().put(KEY, new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ++seed]), { type: "image/jpeg" });
});

/** Guarantee: the same database, of which nothing can be asked while it is away. */
function thatGoesAway(db: Database): Database {
  return over(db, () => {
    if (isAway) throw away();
  });
}

/** Guarantee: an object of the same kind; what is asked of it is told first, and may be answered in its stead. */
function over<T extends object>(inner: T, instead: (name: string | symbol) => unknown): T {
  return new Proxy(inner, { get: (target, name) => instead(name) ?? Reflect.get(target, name, target) });
}

const away = () => new AppError("database_unavailable", "away");

/** A message of the photo, at its `receives`-th delivery. */
function told(receives: number, putOff?: string): Message {
  const s3 = { bucket: { name: "photos" }, object: { key: KEY } };
  return { id: "a", receives, putOff, body: JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] }) };
}

/** Gives what is to be delivered again; the database is back afterwards. */
async function deliver(message: Message, derive: Derive = () => Promise.resolve(made), ctx = system): Promise<string[]> {
  const tags = { exif: {}, xmp: {}, iptc: {}, png: {}, icc: {} };
  const ports: Ports = { ...noPorts, metadata: { read: async () => tags }, image: { ...noPorts.image, derive } };
  try {
    return await takeBatch(system.log, [message], {
      bucket: "photos",
      now: system.now,
      msLeft: () => 1_000_000,
      again: async ({ body, putOff }) => void anew.push({ id: "a", receives: 1, body, putOff }),
      work: workOf(ctx, ports),
    });
  } finally {
    isAway = false;
  }
}

const goesAway: Derive = async () => {
  isAway = true;
  return made;
};
const killed: Derive = () => Promise.reject(new Error("its process ends"));
const state = async () => (await system.db.select({ state: asset.state, reason: asset.reason }).from(asset))[0];
/** That one has begun. */
const isNoted = async () => (await system.db.select().from(ingest)).some(({ steps }) => (steps["trial"] ?? 0) > 0);

// What finds no place to run counts as delivered, too: so it may be tried alone at once, and as one that had begun.
it.each([
  [1, 0],
  [2, 0],
  [2, HOUR_MS],
  [3, HOUR_MS],
  [4, HOUR_MS],
])(
  "blames no file for an outage during its trial that its process outlived: delivered %d times anew, %d ms later",
  async (receives, laterMs) => {
    expect(await deliver(told(2), goesAway)).toEqual([]);
    expect(await isNoted()).toBe(true);
    nowMs += laterMs;
    expect(await deliver({ ...anew[0]!, receives })).toEqual([]);
    expect([await state(), await isNoted(), anew.length]).toEqual([{ state: "ready", reason: null }, false, 1]);
  },
);

it("sends anew, rather than gives up, what was outlived and had no turn in five deliveries", async () => {
  await deliver(told(2), goesAway);
  nowMs += HOUR_MS;
  expect(await deliver({ ...anew[0]!, receives: 5 })).toEqual([]);
  expect(await deliver(anew[1]!)).toEqual([]);
  expect([await state(), await isNoted()]).toEqual([{ state: "ready", reason: null }, false]);
});

it("does so where the work was done, and its end alone could not be noted", async () => {
  const update = (table: unknown) => {
    if (table === ingest) throw away();
    return system.db.update(table as typeof asset);
  };
  await deliver(told(2), undefined, { ...system, db: over(system.db, (name) => (name === "update" ? update : undefined)) });
  expect([await state(), await isNoted()]).toEqual([{ state: "ready", reason: null }, true]);
  nowMs += HOUR_MS;
  expect(await deliver({ ...anew[0]!, receives: 2 }, killed)).toEqual([]);
  expect([await state(), await isNoted()]).toEqual([{ state: "ready", reason: null }, false]);
});

it("tells of it until it is noted, however often the database is away then", async () => {
  await deliver(told(2), goesAway);
  isAway = true;
  await deliver({ ...anew[0]!, receives: 2 });
  expect(await isNoted()).toBe(true);
  nowMs += HOUR_MS;
  expect(await deliver({ ...anew[1]!, receives: 2 })).toEqual([]);
  expect([await state(), await isNoted()]).toEqual([{ state: "ready", reason: null }, false]);
});

it("does not count a trial of which the note came to its place and the answer to it did not come back", async () => {
  const insert = (table: typeof ingest) => ({
    values: (row: typeof ingest.$inferInsert) => ({
      onConflictDoUpdate: async (or: Parameters<ReturnType<ReturnType<Database["insert"]>["values"]>["onConflictDoUpdate"]>[0]) => {
        await system.db.insert(table).values(row).onConflictDoUpdate(or);
        throw away();
      },
    }),
  });
  await deliver(told(2), undefined, { ...system, db: over(system.db, (name) => (name === "insert" ? insert : undefined)) });
  expect(await isNoted()).toBe(true);
  nowMs += HOUR_MS;
  expect(await deliver({ ...anew[0]!, receives: 2 })).toEqual([]);
  expect([await state(), await isNoted()]).toEqual([{ state: "ready", reason: null }, false]);
});

it("counts the end of its process at the next trial all the same, and no earlier one's", async () => {
  await deliver(told(2), goesAway);
  nowMs += HOUR_MS;
  const message = anew[0]!;
  expect(await deliver({ ...message, receives: 2 }, killed)).toEqual(["a"]);
  nowMs += HOUR_MS;
  expect(await deliver({ ...message, receives: 3 })).toEqual([]);
  expect(await state()).toMatchObject({ reason: "The picture crashes its decoder." });
});

it("sends it anew also where something is away for hours already, since the database was there a moment ago", async () => {
  const putOff = JSON.stringify({ since: nowMs - 3 * HOUR_MS, times: 30 });
  expect(await deliver(told(2, putOff), goesAway)).toEqual([]);
  isAway = true;
  await expect(deliver(told(2, putOff))).rejects.toThrow("away for hours");
  expect(anew).toHaveLength(1);
});
