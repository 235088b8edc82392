import { asset } from "#asset/table";
import { AppError, type Ctx } from "#kernel";
import type { Step } from "#media";
import { job } from "#kernel/table";
import { upload } from "#upload/table";
import { putByHand } from "@tintype/test/ingest";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { writeLedger } from "./ledger.ts";
import { isBelievable, sweep, sweepProgress } from "./sweep.ts";

const none = { steps: [] };

it.each([
  ["all of it", { seen: 5, absent: 0 }, true],
  ["most of it", { seen: 5000, absent: 4999 }, true],
  ["a few of few", { seen: 1, absent: 20 }, true],
  ["nothing", { seen: 0, absent: 1 }, false],
  ["a small part", { seen: 5000, absent: 5001 }, false],
])("a listing that shows %s: %j is believed: %s", (_, round, believed) => {
  expect(isBelievable(round)).toBe(believed);
});

describe("a sweep", () => {
  const database = useDatabase();
  const store = useStore();
  let system: Ctx;
  let anna: Awaited<ReturnType<typeof addPerson>>;
  let time: Date;

  beforeEach(async () => {
    time = new Date("2026-03-04T05:06:07Z");
    system = systemOn(database(), { store: store(), now: () => time });
    const { objects } = await store().list("library/");
    await store().remove(objects.map(({ key }) => key));
    anna = await addPerson(system, "Anna");
  });

  const hinted = async () =>
    new Set((await system.db.select({ key: job.dedupe }).from(job).where(eq(job.kind, "ingest"))).map(({ key }) => key));
  const later = (ms: number) => (time = new Date(time.getTime() + ms));

  it("hints what was put there by hand, and what was overwritten, but not what is known", async () => {
    const key = await putByHand(system, "library/anna/new.jpg", "new");
    const known = await putByHand(system, "library/anna/known.jpg", "known");
    const { etag, size } = await store().head(known);
    await addAsset(system, anna.id, "2024-01-01T00:00:00", { key: known, etag, size });
    await writeLedger(system, known, etag, { verify: 1 });
    const copy = await putByHand(system, "library/anna/copy.jpg", "known");
    await writeLedger(system, copy, etag, { verify: 1 }, new Uint8Array(32));
    expect(await sweep(system, none)).toEqual({ listed: 3, hinted: 1, isComplete: true, lists: 1, heads: 0 });
    expect(await hinted()).toEqual(new Set([key]));
  });

  it("goes on where it stopped, and begins anew some time after the end", async () => {
    for (const name of ["a", "b", "c"]) await putByHand(system, `library/anna/${name}.jpg`, name);
    const small: Ctx = {
      ...system,
      store: { ...store(), list: (prefix, options) => store().list(prefix, { ...options, limit: Math.min(options?.limit ?? 1, 1) }) },
    };
    expect(await sweep(small, { ...none, pages: 2 })).toEqual({ listed: 2, hinted: 2, isComplete: false, lists: 2, heads: 0 });
    expect(await sweep(small, { ...none, pages: 2 })).toMatchObject({ listed: 1, hinted: 1, isComplete: true });
    expect((await hinted()).size).toBe(3);
    expect(await sweep(small, none)).toEqual({ listed: 1, hinted: 0, isComplete: true, lists: 1, heads: 0 });
    const endedAt = time.toISOString();
    expect(await sweepProgress(system)).toEqual({ isUnderWay: false, seen: 0, endedAt });
    later(11 * 60_000);
    expect(await sweep(small, { ...none, pages: 2 })).toMatchObject({ listed: 2, isComplete: false });
    expect(await sweepProgress(system)).toMatchObject({ isUnderWay: true, endedAt });
    expect(await sweep(small, { ...none, afresh: true })).toMatchObject({ listed: 3, hinted: 3, isComplete: true });
  });

  it("hints assets that were stored and not read, and uploads that were confirmed and not committed, for more than a minute", async () => {
    await putByHand(system, "library/other/x.jpg", "x");
    await addAsset(system, anna.id, "2024-01-01T00:00:00", { key: "library/anna/late.jpg", state: "stored", updatedAt: time });
    const { uploadId } = await planOne(anna.ctx, fileOf("confirmed"));
    await system.db.update(upload).set({ state: "received", createdAt: time }).where(eq(upload.id, uploadId));
    expect((await sweep(system, none)).hinted).toBe(0);
    later(61_000);
    expect((await sweep(system, none)).hinted).toBe(2);
    expect(await hinted()).toContain("library/anna/late.jpg");
  });

  it("hints open uploads whose bytes have come without a word, wherever they arrive, and asks for no others", async () => {
    const open = async (content: string, source: string | null) => {
      const { uploadId } = await planOne(anna.ctx, fileOf(content));
      const [row] = await system.db
        .update(upload)
        .set({ source, createdAt: time })
        .where(eq(upload.id, uploadId))
        .returning({ key: upload.key });
      return source ?? row!.key;
    };
    const here = await putByHand(system, await open("it came", null), "it came");
    const staged = await putByHand(system, await open("it came, staged", "incoming/1"), "it came, staged");
    await open("still to come", null);
    await sweep(system, none);
    await system.db.delete(job);
    expect(await sweep(system, none)).toMatchObject({ hinted: 0, heads: 0 });
    later(61_000);
    expect(await sweep(system, none)).toMatchObject({ hinted: 2, lists: 1, heads: 3 });
    expect(await hinted()).toEqual(new Set([here, staged]));
    await store().remove([staged]);
  });

  it("hints both places of an upload that is moved into the library", async () => {
    await putByHand(system, "library/other/x.jpg", "x");
    const { uploadId } = await planOne(anna.ctx, fileOf("on its way"));
    const moving = { state: "received", source: "incoming/2", createdAt: time } as const;
    const [row] = await system.db.update(upload).set(moving).where(eq(upload.id, uploadId)).returning({ key: upload.key });
    later(61_000);
    await sweep(system, none);
    expect(await hinted()).toEqual(new Set(["incoming/2", row!.key]));
  });

  it("whose listing fails in the middle goes on with the page that failed", async () => {
    for (const name of ["a", "b", "c"]) await putByHand(system, `library/anna/${name}.jpg`, name);
    const asked: (string | undefined)[] = [];
    const breaking: Ctx = {
      ...system,
      store: {
        ...store(),
        list: (prefix, options) => {
          asked.push(options?.after);
          return asked.length === 3
            ? Promise.reject(new AppError("storage_unavailable", "away"))
            : store().list(prefix, { ...options, limit: 1 });
        },
      },
    };
    await expect(sweep(breaking, none)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect((await hinted()).size).toBe(2);
    expect(await sweep(breaking, none)).toMatchObject({ listed: 1, isComplete: true });
    expect(asked).toEqual([undefined, "library/anna/a.jpg", "library/anna/b.jpg", "library/anna/b.jpg"]);
    expect((await hinted()).size).toBe(3);
  });

  it("concludes nothing from an empty listing", async () => {
    await addAsset(system, anna.id, "2024-01-01T00:00:00", { state: "stored", updatedAt: new Date(0) });
    expect(await sweep(system, none)).toEqual({ listed: 0, hinted: 0, isComplete: true, lists: 1, heads: 0 });
    expect((await hinted()).size).toBe(0);
    expect(await system.db.select().from(asset)).toHaveLength(1);
  });

  it("that cannot list throws, and goes on from the same place next time", async () => {
    await putByHand(system, "library/anna/a.jpg", "a");
    const away: Ctx = { ...system, store: { ...store(), list: () => Promise.reject(new AppError("storage_unavailable", "away")) } };
    await expect(sweep(away, none)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect((await sweep(system, none)).hinted).toBe(1);
  });

  it("hints what older steps have read, so many at a time and one after the other, and nothing else", async () => {
    const steps: Step[] = [{ name: "look", version: 2, run: () => Promise.resolve({}) }];
    const keys: string[] = [];
    for (const [name, look] of [
      ["a", 1],
      ["b", 2],
      ["c", 1],
      ["d", 1],
      ["e", 2],
    ] as const) {
      const key = await putByHand(system, `library/anna/${name}.jpg`, name);
      const { etag, size } = await store().head(key);
      await addAsset(system, anna.id, "2024-01-01T00:00:00", { key, etag, size });
      await writeLedger(system, key, etag, { verify: 1, look });
      if (look === 1) keys.push(key);
    }
    expect(await sweep(system, { steps, reruns: 2, spreadMs: 50_000 })).toMatchObject({ listed: 3, hinted: 2, isComplete: false });
    expect(await hinted()).toEqual(new Set(keys.slice(0, 2)));
    const times = await system.db.select({ at: job.runAt }).from(job).orderBy(job.runAt);
    expect(times.map(({ at }) => Math.round((at.getTime() - time.getTime()) / 1000) * 1000)).toEqual([0, 25_000]);
    expect(await sweep(system, { steps, reruns: 2 })).toMatchObject({ listed: 2, hinted: 1, isComplete: true });
    expect(await hinted()).toEqual(new Set(keys));
  });

  it("is the service's alone", async () => {
    await expect(sweep(anna.ctx, none)).rejects.toMatchObject({ code: "forbidden" });
  });
});
