import { asset } from "@tintype/core/asset/table";
import { AppError, type Ctx } from "@tintype/core/kernel";
import { INBOX, type ObjectStore, WAKE_KEY } from "@tintype/core/storage";
import { useDatabase } from "@tintype/test/database";
import { noPorts } from "@tintype/test/ingest";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { isDue, isUnfinished, note } from "./due.ts";
import type { Kind } from "./perform.ts";
import { kindsOf } from "./run.ts";
import { answerWake } from "./woken.ts";

const HOUR_MS = 3_600_000;
const database = useDatabase();
const store = useStore();
let system: Ctx;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  const { objects } = await store().list("");
  if (objects.length > 0) await store().remove(objects.map(({ key }) => key));
});

const options = { isToTidy: false, kinds: kindsOf(noPorts), msLeft: () => 600_000 };
/** One is woken so many hours from now: for jobs, or, as once an hour, when it is due. */
const wake = (inHours = 0) => answerWake({ ...system, now: () => hours(inHours) }, options);
async function look(inHours = 0): Promise<boolean> {
  if (!(await isDue(store(), hours(inHours)))) return false;
  await answerWake({ ...system, now: () => hours(inHours) }, { ...options, isToTidy: true });
  return true;
}
const hours = (count: number) => new Date(Date.now() + count * HOUR_MS);
type Noted = { dueAt: string | null; lookAt: string | null; left: string | null };
const write = (text: string) => store().put(WAKE_KEY, new TextEncoder().encode(text), { type: "application/json" });
const noted = async () => JSON.parse(await new Response(await store().get(WAKE_KEY)).text()) as Noted;
/** In how many hours it is. */
const inHowMany = (time: string | null) => time && Math.round((Date.parse(time) - Date.now()) / HOUR_MS);
const happens = () => system.queue.enqueue([{ kind: "purge", payload: {} }]);
const NOTHING = JSON.stringify({ dueAt: null });

it("is due where nothing is written yet, or what is written cannot be read", async () => {
  expect(await isDue(store(), new Date())).toBe(true);
  await write("no JSON");
  expect(await isDue(store(), new Date())).toBe(true);
});

it("is due at the time that is written, and where something lies that any tool may have dropped", async () => {
  await write(NOTHING);
  expect(await isDue(store(), hours(10_000))).toBe(false);
  await note(store(), hours(2));
  expect([await isDue(store(), new Date()), await isDue(store(), hours(3))]).toEqual([false, true]);
  await write(NOTHING);
  await store().put("inbox/anna/a.jpg", new Uint8Array(3), { type: "image/jpeg" });
  expect(await isDue(store(), new Date())).toBe(true);
});

it("is noted for an earlier time, and not for a later one; it is written only where it says something else", async () => {
  await write(NOTHING);
  await note(store(), hours(4));
  const before = await store().head(WAKE_KEY);
  await note(store(), hours(3.5));
  await note(store(), hours(9));
  expect((await store().head(WAKE_KEY)).lastModified).toEqual(before.lastModified);
  await note(store(), hours(2));
  expect(inHowMany((await noted()).dueAt)).toBe(2);
});

it.each([
  { before: "nothing", dueAt: null },
  { before: "a time that is past", dueAt: hours(-1).toISOString() },
])("forgets no job that is noted while it writes, where there was noted before: $before", async ({ dueAt }) => {
  await write(JSON.stringify({ dueAt, lookAt: null }));
  let isFirst = true;
  const put: ObjectStore["put"] = async (...given) => {
    if (isFirst) {
      isFirst = false;
      await system.queue.enqueue([{ kind: "purge", payload: {}, runAt: hours(2) }]);
      await note(store(), hours(2));
    }
    return store().put(...given);
  };
  await happens();
  const next = await answerWake({ ...system, store: { ...store(), put } }, options);
  expect([isFirst, inHowMany((await noted()).dueAt)]).toEqual([false, 2]);
  expect(next).toEqual({ isToTidy: false, delayMs: expect.closeTo(2 * HOUR_MS, -4) as number });
});

it("looks once more a day after something has happened, however often it is woken for nothing, and then never again", async () => {
  await look();
  await happens();
  await wake();
  expect(await noted()).toMatchObject({ dueAt: null });
  for (let hour = 0; hour < 24; hour += 4) {
    await wake(hour);
    expect([hour, inHowMany((await noted()).lookAt), await look(hour)]).toEqual([hour, 24, false]);
  }
  expect(await look(25)).toBe(true);
  expect(await noted()).toEqual({ dueAt: null, lookAt: null, left: null });
  expect(await look(10_000)).toBe(false);
});

it("looks as well where more has happened until then, and what the look itself asks for is nothing that has happened", async () => {
  await look();
  await happens();
  await wake();
  await happens();
  await wake(20);
  expect(inHowMany((await noted()).lookAt)).toBe(24);
  // A neighbour that its announcements have woken may do what a look asks for.
  await system.queue.enqueue([{ kind: "purge", payload: { isLook: true } }]);
  await look(25);
  expect((await noted()).lookAt).toBeNull();
  await happens();
  await wake(30);
  expect(inHowMany((await noted()).lookAt)).toBe(54);
});

it("keeps an earlier time that was noted when there is nothing to do, and forgets it when it is past", async () => {
  await write(NOTHING);
  await note(store(), hours(2));
  await wake();
  expect(inHowMany((await noted()).dueAt)).toBe(2);
  expect(await look(3)).toBe(true);
  expect((await noted()).dueAt).toBeNull();
});

it("takes what was written before the look had a time of its own for the time of the look", async () => {
  await write(JSON.stringify({ dueAt: hours(24).toISOString() }));
  await wake();
  expect(await look(20)).toBe(false);
  expect(await look(25)).toBe(true);
  expect(await look(100)).toBe(false);
});

describe("where something stays lying that is nobody's, refused, not finished, or a folder's mark", () => {
  const drop = (key: string, bytes = 3) => store().put(key, new Uint8Array(bytes), { type: "image/jpeg" });
  beforeEach(async () => {
    await addPerson(system, "Anna");
    for (const key of ["inbox/nobody/a.jpg", "inbox/anna/b.jpg.part"]) await drop(key);
    for (const key of ["inbox/anna/", "inbox/anna/empty.jpg"]) await drop(key, 0);
  });

  it("looks once, and not again before something else lies there", async () => {
    expect([await look(1), await look(2), await look(3)]).toEqual([true, false, false]);
    await drop("inbox/nobody/z.jpg");
    expect([await look(4), await look(5)]).toEqual([true, false]);
    await drop("inbox/nobody/a.jpg", 4);
    expect([await look(6), await look(7)]).toEqual([true, false]);
    expect(await noted()).toMatchObject({ dueAt: null, lookAt: null });
  });

  it("does not take for known what came, or was written anew, while it looked", async () => {
    let times = 0;
    const late: Kind = {
      concurrency: 1,
      run: async () => {
        await drop(times++ === 0 ? "inbox/nobody/late.jpg" : "inbox/nobody/a.jpg", 10 + times);
      },
    };
    const lookWhileItComes = async (inHours: number) => {
      if (!(await isDue(store(), hours(inHours)))) return false;
      const on = { ...system, now: () => hours(inHours) };
      await answerWake(on, { ...options, isToTidy: true, kinds: { ...options.kinds, purge: late } });
      return true;
    };
    expect([await lookWhileItComes(1), await lookWhileItComes(2), await look(3), await look(4)]).toEqual([true, true, true, false]);
  });

  it("looks again after something has happened, which may have made room or an account for it", async () => {
    await look(1);
    await happens();
    await wake(2);
    expect([await look(3), await look(4)]).toEqual([true, false]);
  });

  it("says nothing of what lies there when the store was away while it looked", async () => {
    let lists = 0;
    const list: ObjectStore["list"] = (...given) => {
      if (++lists > 2) return Promise.reject(new AppError("storage_unavailable", "away"));
      return store().list(...given);
    };
    const away = { ...store(), list };
    await answerWake({ ...system, store: away }, { ...options, isToTidy: true });
    expect(await isDue(store(), new Date())).toBe(true);
  });

  it("reads what was written before it told of this, and looks once", async () => {
    await write(NOTHING);
    expect([await look(1), await look(2)]).toEqual([true, false]);
  });

  it("looks every day where more lies than it sees at a time", async () => {
    const list: ObjectStore["list"] = async (prefix, where) => ({
      ...(await store().list(prefix, where)),
      ...(prefix === INBOX && where?.after === undefined && { next: "inbox/more" }),
    });
    await answerWake({ ...system, now: () => hours(1), store: { ...store(), list } }, { ...options, isToTidy: true });
    expect([await look(24), await look(26)]).toEqual([false, true]);
  });
});

it("looks again when the next photo is to leave the bin", async () => {
  const anna = await addPerson(system, "Anna");
  const id = await addAsset(system, anna.id, "2026-11-01T00:00:00");
  const trashedAt = hours(-24 * 20);
  await system.db.update(asset).set({ trashedAt }).where(eq(asset.id, id));
  await wake();
  expect(Date.parse((await noted()).dueAt ?? "")).toBe(trashedAt.getTime() + 30 * 24 * HOUR_MS);
});

it("is woken again in a minute, and for the same, while something is away; a bug of ours is told to the queue", async () => {
  const failing = (reason: Error): Ctx => ({ ...system, queue: { ...system.queue, enqueue: () => Promise.reject(reason) } });
  const away = failing(new AppError("database_unavailable", "away"));
  const again = { isToTidy: true, delayMs: 60_000, putOff: expect.stringContaining('"times":1') as string };
  expect(await answerWake(away, { ...options, isToTidy: true })).toEqual(again);
  await expect(answerWake(failing(new Error("a bug")), { ...options, isToTidy: true })).rejects.toThrow("a bug");
  await system.queue.enqueue([{ kind: "purge", payload: {}, runAt: hours(1) }]);
  expect(await wake()).toEqual({ isToTidy: false, delayMs: expect.closeTo(HOUR_MS, -4) });
});

it("asks more and more seldom while something stays away; after hours it fails, and has the hourly look come for it", async () => {
  await write(NOTHING);
  const away: Ctx = { ...system, queue: { ...system.queue, enqueue: () => Promise.reject(new AppError("database_unavailable", "away")) } };
  const woken = (inHours: number) =>
    answerWake(away, { ...options, isToTidy: true, putOff: JSON.stringify({ since: hours(-inHours).getTime(), times: 20 }) });
  expect((await woken(1))?.delayMs).toBeCloseTo(HOUR_MS / 10, -4);
  expect(await isDue(store(), new Date())).toBe(false);
  await expect(woken(2)).rejects.toThrow("away");
  expect(await isDue(store(), new Date())).toBe(true);
});

it("writes nothing of what a message that is held back will wake it for", async () => {
  await write(NOTHING);
  await system.queue.enqueue([{ kind: "purge", payload: {}, runAt: new Date(Date.now() + 600_000) }]);
  expect((await answerWake(system, { ...options, heldMs: 900_000 }))?.delayMs).toBeGreaterThan(0);
  expect((await noted()).dueAt).toBeNull();
  await answerWake(system, { ...options, heldMs: 300_000 });
  expect(Date.parse((await noted()).dueAt ?? "")).toBeLessThan(hours(1).getTime());
});

it("has somebody come after it before it begins to work, who finds whether it was killed; and nobody when it is woken for nothing", async () => {
  await write(NOTHING);
  const seen: string[] = [];
  const guard = async () => void seen.push("guarded");
  const rare: Kind = {
    concurrency: 1,
    run: async () => {
      seen.push(`begun, ${(await isUnfinished(store(), new Date())) ? "unfinished" : "finished"}`);
    },
  };
  const call = () => answerWake(system, { ...options, kinds: { rare }, guard });
  await system.queue.enqueue([1, 2].map(() => ({ kind: "rare", payload: {} })));
  await call();
  expect(seen).toEqual(["guarded", "begun, unfinished", "begun, unfinished"]);
  expect(await isUnfinished(store(), new Date())).toBe(false);
  await call();
  expect(seen).toHaveLength(3);
  // Killed: it never came to note what is due next.
  const killed: ObjectStore = { ...store(), remove: () => Promise.reject(new Error("killed")) };
  await system.queue.enqueue([{ kind: "rare", payload: {} }]);
  await expect(answerWake({ ...system, store: killed }, { ...options, kinds: { rare }, guard })).rejects.toThrow("killed");
  expect(await isUnfinished(store(), new Date())).toBe(true);
  expect(await isDue(store(), new Date())).toBe(true);
  await system.queue.enqueue([{ kind: "rare", payload: {} }]);
  await call();
  expect(await isUnfinished(store(), new Date())).toBe(false);
});

it("works even where nobody can be asked to come after it", async () => {
  let ran = 0;
  const rare: Kind = { concurrency: 1, run: async () => void ran++ };
  await system.queue.enqueue([{ kind: "rare", payload: {} }]);
  await answerWake(system, { ...options, kinds: { rare }, guard: () => Promise.reject(new Error("no queue")) });
  expect(ran).toBe(1);
});
