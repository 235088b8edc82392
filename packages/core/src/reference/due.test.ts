import { eq, isNotNull } from "drizzle-orm";
import { user } from "#account/table";
import { asset } from "#asset/table";
import { job } from "#kernel/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { expect, it } from "vitest";
import { add } from "./add.ts";
import { askForDue, sourceChanged } from "./due.ts";

const here = useAnna(() => ({ store: signerOnly }));
const jobs = async (kind: string) => (await here.system.db.select().from(job).where(eq(job.kind, kind))).map(({ dedupe }) => dedupe);

it("references follow what they refer to, and nothing is asked for where there are none", async () => {
  const [id, alone] = [
    await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00"),
    await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00"),
  ];
  await add((await addPerson(here.system, "Ben")).ctx, [id]);
  for (const each of [id, alone]) await sourceChanged(here.system, each);
  expect(await jobs("follow")).toEqual([id]);
});

it("bytes are copied when their source is to be deleted for good, or its owner's account is gone, and not before", async () => {
  const cleo = await addPerson(here.system, "Cleo");
  const ids = [
    await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00"),
    await addAsset(here.system, cleo.id, "2026-11-02T10:00:00"),
  ];
  await add((await addPerson(here.system, "Ben")).ctx, ids);
  expect(await askForDue(here.system)).toBe(0);
  await here.system.db.update(asset).set({ trashedAt: new Date() }).where(eq(asset.id, ids[0]!));
  expect(await askForDue(here.system)).toBe(0);
  await here.system.db.update(asset).set({ purgedAt: new Date() }).where(eq(asset.id, ids[0]!));
  await here.system.db.delete(user).where(eq(user.id, cleo.id));
  expect(await askForDue(here.system)).toBe(2);
  const mine = await here.system.db.select({ id: asset.id }).from(asset).where(isNotNull(asset.sourceKey));
  expect(new Set(await jobs("adopt"))).toEqual(new Set(mine.map(({ id }) => id)));
});
