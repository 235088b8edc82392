import { user } from "#account/table";
import { transact } from "#kernel";
import * as Upload from "#upload";
import { useAnna } from "@tintype/test/anna";
import { addAsset } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf } from "@tintype/test/upload";
import { expect, it } from "vitest";
import { limitOf, mustHold, room } from "./quota.ts";

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
    { status: "refused", code: "over_quota", detail: expect.stringContaining("bin") },
    { status: "put" },
  ]);
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
