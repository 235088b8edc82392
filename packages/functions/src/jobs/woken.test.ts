import { asset } from "@tintype/core/asset/table";
import { AppError, type Ctx, newId } from "@tintype/core/kernel";
import { WAKE_KEY } from "@tintype/core/storage";
import { useDatabase } from "@tintype/test/database";
import { noPorts } from "@tintype/test/ingest";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { eq } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { kindsOf } from "./run.ts";
import { isDue, note } from "./due.ts";
import { answerWake, tidyJob, woken } from "./woken.ts";

const HOUR_MS = 3_600_000;
const database = useDatabase();
const store = useStore();
let system: Ctx;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  const { objects } = await store().list("");
  if (objects.length > 0) await store().remove(objects.map(({ key }) => key));
});

const wake = (ctx: Ctx = system) => woken(ctx, { kinds: kindsOf(noPorts), msLeft: () => 600_000 });
const hours = (count: number) => new Date(Date.now() + count * HOUR_MS);
const noted = async () => JSON.parse(await new Response(await store().get(WAKE_KEY)).text()) as { dueAt: string | null };

it("is due where nothing is written yet, or what is written cannot be read", async () => {
  expect(await isDue(store(), new Date())).toBe(true);
  await store().put(WAKE_KEY, new TextEncoder().encode("no JSON"), { type: "application/json" });
  expect(await isDue(store(), new Date())).toBe(true);
});

it("is due at the time that is written, and where something lies that any tool may have dropped", async () => {
  await note(store(), hours(2));
  expect([await isDue(store(), new Date()), await isDue(store(), hours(3))]).toEqual([false, true]);
  await note(store(), null);
  expect(await isDue(store(), hours(10_000))).toBe(false);
  await store().put("inbox/anna/a.jpg", new Uint8Array(3), { type: "image/jpeg" });
  expect(await isDue(store(), new Date())).toBe(true);
});

it("is written only where it says something else", async () => {
  await note(store(), hours(2));
  const before = await store().head(WAKE_KEY);
  await note(store(), hours(2.5));
  expect((await store().head(WAKE_KEY)).lastModified).toEqual(before.lastModified);
  await note(store(), hours(4));
  expect((await store().head(WAKE_KEY)).etag).not.toBe(before.etag);
});

it("looks again a day after something has happened, and after that not before there is something to do", async () => {
  await system.queue.enqueue([{ kind: "follow", payload: { sourceId: newId() } }]);
  await wake();
  const { dueAt } = await noted();
  expect(Date.parse(dueAt ?? "")).toBeGreaterThan(hours(23).getTime());
  // Somebody was woken for nothing meanwhile, or has only tidied up.
  await wake();
  await system.queue.enqueue([tidyJob]);
  await wake();
  expect(await noted()).toEqual({ dueAt });
  await note(store(), hours(-1));
  await system.queue.enqueue([tidyJob]);
  await wake();
  expect((await noted()).dueAt).toBeNull();
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
  const options = { kinds: kindsOf(noPorts), msLeft: () => 600_000 };
  const failing = (reason: Error): Ctx => ({ ...system, queue: { ...system.queue, enqueue: () => Promise.reject(reason) } });
  const away = failing(new AppError("database_unavailable", "away"));
  expect(await answerWake(away, { ...options, isToTidy: true })).toEqual({ isToTidy: true, delayMs: 60_000 });
  await expect(answerWake(failing(new Error("a bug")), { ...options, isToTidy: true })).rejects.toThrow("a bug");
  await system.queue.enqueue([{ kind: "purge", payload: {}, runAt: hours(1) }]);
  const next = await answerWake(system, { ...options, isToTidy: false });
  expect(next).toEqual({ isToTidy: false, delayMs: expect.closeTo(HOUR_MS, -4) });
});

it("writes nothing of what a message that is held back will wake it for", async () => {
  await note(store(), hours(-1));
  await system.queue.enqueue([{ kind: "purge", payload: {}, runAt: new Date(Date.now() + 600_000) }]);
  const wakeWith = (heldMs: number) => woken(system, { kinds: kindsOf(noPorts), msLeft: () => 600_000, heldMs });
  expect((await wakeWith(900_000))?.getTime()).toBeGreaterThan(Date.now());
  expect((await noted()).dueAt).toBeNull();
  await wakeWith(300_000);
  expect(Date.parse((await noted()).dueAt ?? "")).toBeLessThan(hours(1).getTime());
});
