import { asset } from "#asset/table";
import { job } from "#kernel/table";
import { ingest, putByHand, rowAt, uploaded } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";

/* Whichever way an original is lost: where its owner keeps a copy, that takes its place. */

let library: Library;
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library.close());

it.each([
  ["is removed", async (lost: string) => library.system.store.remove([lost])],
  ["is overwritten by another photo that stays where it was too", async (lost: string) => putByHand(library.system, lost, "another photo")],
  [
    "is overwritten by another photo that moves there",
    async (lost: string, other: string) => {
      await putByHand(library.system, lost, "another photo");
      await library.system.store.remove([other]);
    },
  ],
])("an original that %s has its copy in its place", async (_, lose) => {
  const original = await uploaded(library, "one.txt", "kept twice");
  const other = await uploaded(library, "other.txt", "another photo");
  const copy = await putByHand(library.system, original.replace("one", "copy"), "kept twice");
  expect((await ingest(library.system, copy)).kind).toBe("duplicate");
  const [before, twin] = [await rowAt(library.system, original), await rowAt(library.system, other)];
  await library.system.db.delete(job);

  await lose(original, other);
  await ingest(library.system, original);
  const hints = await library.system.db.select({ key: job.dedupe }).from(job).where(eq(job.kind, "ingest"));
  expect(hints).toEqual([{ key: copy }]);
  await ingest(library.system, copy);
  expect(await rowAt(library.system, copy)).toMatchObject({ id: before!.id, state: "ready", reason: null, missing: false });
  const rows = await library.system.db.select({ id: asset.id, missing: asset.missing }).from(asset);
  expect(rows.filter(({ id }) => id === twin!.id)).toEqual([{ id: twin!.id, missing: false }]);
  expect(rows).toHaveLength(2);
});

it("an original that another photo's copy has overwritten comes back when it is sent again", async () => {
  const original = await uploaded(library, "one.txt", "sent twice");
  await uploaded(library, "other.txt", "another photo");
  const before = await rowAt(library.system, original);
  await putByHand(library.system, original, "another photo");
  await ingest(library.system, original);
  expect(await rowAt(library.system, original)).toMatchObject({ id: before!.id, missing: true });
  const again = await uploaded(library, "one.txt", "sent twice");
  expect(await new Response(await library.system.store.get(again)).text()).toBe("sent twice");
  expect(await rowAt(library.system, again)).toMatchObject({ id: before!.id, state: "ready", reason: null, missing: false });
});
