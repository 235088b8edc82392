import type { Ctx } from "#kernel";
import { setting } from "#kernel/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson } from "@tintype/test/person";
import { beforeEach, expect, it } from "vitest";
import { checkStorage, knownFiles, storage, sweepStorage } from "./storage.ts";

const here = useAnna();

let owner: Ctx;
beforeEach(() => {
  owner = { ...here.system, actor: { kind: "user", userId: here.anna.id, role: "owner" } };
});

it("counts what is in the bucket, of all people", async () => {
  expect(await storage(owner)).toMatchObject({ assets: 0, bytes: 0, sweep: { requests: 1, endedAt: null } });
  const ben = await addPerson(here.system, "Ben");
  await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { size: 5_000_000_000 });
  await addAsset(here.system, ben.id, "2026-11-01T10:00:00", { size: 7 });
  expect(await storage(owner)).toMatchObject({ assets: 2, bytes: 5_000_000_007 });
  expect(await knownFiles(here.system)).toBe(2);
});

it("tells how far the look through the listing is, and when the last one ended", async () => {
  const endedAt = "2026-11-20T10:00:00.000Z";
  const progress = async (value: object) => {
    await here.system.db.insert(setting).values({ name: "sweep", value }).onConflictDoUpdate({ target: setting.name, set: { value } });
    return (await storage(owner)).sweep;
  };
  expect(await progress({ endedAt })).toMatchObject({ isUnderWay: false, endedAt, seen: 0 });
  expect(await progress({ endedAt, after: "library/anna/x", seen: 4000 })).toMatchObject({ isUnderWay: true, endedAt, seen: 4000 });
});

it("tells what was asked for and is not done, and why it is put off", async () => {
  await checkStorage(owner);
  await sweepStorage(owner);
  expect(await storage(owner)).toMatchObject({ check: { isUnderWay: true, reason: null }, sweep: { isUnderWay: true } });
  const [claimed] = await here.system.queue.claim(["storage"], 1, 60_000);
  await here.system.queue.release(claimed!, { reason: "The store is away.", delayMs: 60_000 });
  expect((await storage(owner)).check).toEqual({ isUnderWay: true, reason: "The store is away." });
});

it("is for the owner alone", async () => {
  for (const ask of [storage, checkStorage, sweepStorage]) {
    await expect(ask(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  }
});
