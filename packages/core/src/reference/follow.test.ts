import { eq } from "drizzle-orm";
import { asset } from "#asset/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { beforeEach, expect, it } from "vitest";
import { add } from "./add.ts";
import { follow } from "./follow.ts";

const here = useAnna(() => ({ store: signerOnly }));
let ben: Awaited<ReturnType<typeof addPerson>>;
let id: string;
const mine = async () => (await here.system.db.select().from(asset).where(eq(asset.ownerId, ben.id)))[0]!;
const change = (values: Partial<typeof asset.$inferInsert>) => here.system.db.update(asset).set(values).where(eq(asset.id, id));

beforeEach(async () => {
  ben = await addPerson(here.system, "Ben");
  id = await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00", { derivedVersion: 1 });
  await add(ben.ctx, [id]);
});

it("a reference follows to where the bytes lie, and to pictures that were made anew", async () => {
  await change({ key: "library/anna/moved.jpg", etag: "f", derivedVersion: 2, width: 8 });
  expect(await follow(here.system, id)).toEqual([]);
  expect(await mine()).toMatchObject({ sourceKey: "library/anna/moved.jpg", etag: "f", derivedVersion: 2, width: 8 });
});

it("says that the original is lost, and that it is there again", async () => {
  await change({ missing: true, state: "unprocessable", reason: "The original is no longer in storage." });
  await follow(here.system, id);
  expect(await mine()).toMatchObject({
    missing: true,
    state: "unprocessable",
    reason: "The original is no longer in storage.",
    sourceId: id,
  });
  await change({ missing: false, state: "stored", reason: null });
  await follow(here.system, id);
  expect(await mine()).toMatchObject({ missing: true });
  await change({ state: "ready" });
  await follow(here.system, id);
  expect(await mine()).toMatchObject({ missing: false, state: "ready", reason: null });
});

it("of bytes that were replaced refers to nothing any more, and is told as lost", async () => {
  const { key, sha256 } = await mine();
  await change({ sha256: crypto.getRandomValues(new Uint8Array(32)) });
  expect(await follow(here.system, id)).toEqual([{ key, sha256 }]);
  expect(await mine()).toMatchObject({ missing: true, sourceId: null, sourceKey: null, reason: expect.stringMatching(/has replaced it/u) });
  expect(await follow(here.system, id)).toEqual([]);
});
