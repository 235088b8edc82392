import { utf8ToBytes } from "@noble/hashes/utils.js";
import { asset } from "#asset/table";
import { job } from "#kernel/table";
import type { Step } from "#media";
import { noPorts, putByHand } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { run } from "./run.ts";

/* Whichever way an original is lost: where its owner keeps a copy, that takes its place. */

let library: Library;
beforeEach(async () => {
  library = await openLibrary();
});
afterEach(() => library.close());

const shows: Step = { name: "shows", version: 1, run: () => Promise.resolve({ reason: null }) };
const ingest = (key: string) => run(library.system, noPorts, { key, steps: [shows] });
const rowAt = async (key: string) => (await library.system.db.select().from(asset).where(eq(asset.key, key)))[0];

async function uploaded(name: string, content: string): Promise<string> {
  const key = await library.send(name, utf8ToBytes(content));
  await ingest(key);
  return key;
}

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
  const original = await uploaded("one.txt", "kept twice");
  const other = await uploaded("other.txt", "another photo");
  const copy = await putByHand(library.system, original.replace("one", "copy"), "kept twice");
  expect((await ingest(copy)).kind).toBe("duplicate");
  const [before, twin] = [await rowAt(original), await rowAt(other)];
  await library.system.db.delete(job);

  await lose(original, other);
  await ingest(original);
  const hints = await library.system.db.select({ key: job.dedupe }).from(job).where(eq(job.kind, "ingest"));
  expect(hints).toEqual([{ key: copy }]);
  await ingest(copy);
  expect(await rowAt(copy)).toMatchObject({ id: before!.id, state: "ready", reason: null, missing: false });
  const rows = await library.system.db.select({ id: asset.id, missing: asset.missing }).from(asset);
  expect(rows.filter(({ id }) => id === twin!.id)).toEqual([{ id: twin!.id, missing: false }]);
  expect(rows).toHaveLength(2);
});

it("an original that another photo's copy has overwritten comes back when it is sent again", async () => {
  const original = await uploaded("one.txt", "sent twice");
  await uploaded("other.txt", "another photo");
  const before = await rowAt(original);
  await putByHand(library.system, original, "another photo");
  await ingest(original);
  expect(await rowAt(original)).toMatchObject({ id: before!.id, missing: true });
  const again = await uploaded("one.txt", "sent twice");
  expect(await new Response(await library.system.store.get(again)).text()).toBe("sent twice");
  expect(await rowAt(again)).toMatchObject({ id: before!.id, state: "ready", reason: null, missing: false });
});
