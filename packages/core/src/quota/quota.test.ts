import { user } from "#account/table";
import { newId, transact } from "#kernel";
import { job } from "#kernel/table";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, beOwner } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf } from "@tintype/test/upload";
import { expect, it } from "vitest";
import { askAgain, isOver, limitOf, mustHold, OVER_QUOTA, room } from "./quota.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));
const MAY = 1000;
const limit = (quotaBytes: number | null) => here.system.db.update(user).set({ quotaBytes });
const left = () => transact(here.anna.ctx, (ctx) => room(ctx, { ownerId: here.anna.id }));
const file = (name: string, size: number) => fileOf(name, { size });
const planned = async (...files: ReturnType<typeof file>[]) => (await Upload.plan(here.anna.ctx, files)).map((each) => each.status);

it("is what a person may have, less what they have and what is on its way; references take nothing", async () => {
  expect(await left()).toBeUndefined();
  await limit(MAY);
  await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { size: 300 });
  await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { size: 5000, sourceKey: "library/ben/x.jpg" });
  await planned(file("on its way", 200));
  expect(await left()).toBe(500);
});

it("is told to the person themselves", async () => {
  expect(await limitOf(here.anna.ctx)).toBeNull();
  await limit(MAY);
  expect(await limitOf(here.anna.ctx)).toBe(MAY);
});

it("refuses what does not fit, takes what does, and says what to do", async () => {
  await limit(MAY);
  const answers = await Upload.plan(here.anna.ctx, [file("a", 600), file("b", 500), file("c", 400)]);
  expect(answers).toMatchObject([
    { status: "put" },
    { status: "refused", code: "over_quota", detail: expect.stringContaining("bin"), left: 0 },
    { status: "put" },
  ]);
  expect(await Upload.plan(here.anna.ctx, [file("e", 1)])).toMatchObject([{ code: "over_quota", left: 0 }]);
  await limit(MAY + 50);
  expect(await Upload.plan(here.anna.ctx, [file("f", 70), file("g", 20)])).toMatchObject([
    { code: "over_quota", left: 30 },
    { status: "put" },
  ]);
  await limit(MAY);
  // What was promised stays so.
  expect(await planned(file("a", 600), file("d", 1))).toEqual(["put", "refused"]);
});

it("holds when what came is counted, whatever was planned", async () => {
  await limit(MAY);
  await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { size: 1000 });
  await mustHold(here.system, here.anna.id);
  await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { size: 1 });
  await expect(mustHold(here.system, here.anna.id)).rejects.toMatchObject({ code: "over_quota" });
});

it("knows what would be too much, beside what a person has", async () => {
  const over = (bytes: number) => isOver(here.system, here.anna.id, bytes);
  expect(await over(1e12)).toBe(false);
  await limit(MAY);
  await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { size: 300 });
  expect([await over(700), await over(701)]).toEqual([false, true]);
});

it("has what was left in an inbox for want of room looked at again where there is room now, and nothing else", async () => {
  const { anna, system } = here;
  const ben = await addPerson(system, "Ben");
  const refused = async (ownerId: string, name: string, size: number, reason = OVER_QUOTA) => {
    const key = `inbox/${name}`;
    const now = new Date();
    const facts = { name, size, type: "text/plain", sha256: new Uint8Array(), modifiedAt: "2024-01-01T00:00:00", modifiedOffset: 0 };
    await system.db
      .insert(upload)
      .values({ ...facts, id: newId(now.getTime()), ownerId, state: "failed", reason, key, source: key, expiresAt: now });
  };
  await refused(anna.id, "fits", 1000);
  await refused(anna.id, "too-large", 1001);
  await refused(anna.id, "broken", 1, "It is broken.");
  await refused(ben.id, "bens", 1000);
  await limit(MAY);
  const asked = async () => (await system.db.select({ key: job.dedupe }).from(job)).flatMap(({ key }) => key ?? []).toSorted();
  const owner = await beOwner(system, anna);
  expect([await askAgain(owner, anna.id), await asked()]).toEqual([1, ["inbox/fits"]]);
  expect([await askAgain(system), await asked()]).toEqual([2, ["inbox/bens", "inbox/fits"]]);
  await limit(null);
  expect(await askAgain(system)).toBe(3);
  await expect(askAgain(ben.ctx, anna.id)).rejects.toMatchObject({ code: "forbidden" });
});
