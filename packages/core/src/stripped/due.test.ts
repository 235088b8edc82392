import { albumItem } from "#album/table";
import { asset } from "#asset/table";
import { newId } from "#kernel";
import { job, setting } from "#kernel/table";
import { shareLink } from "#share/table";
import { addPerson, assetRow } from "@tintype/test/person";
import { useSharedLibrary } from "@tintype/test/shared-link";
import { eq } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { copies } from "./copy.ts";
import { askForDue } from "./due.ts";
import { make } from "./make.ts";
import { stripped } from "./stripped.sql.ts";

const here = useSharedLibrary();

beforeEach(async () => {
  for (const table of [shareLink, albumItem, job, setting]) await here().system.db.delete(table);
});

/** A link that hides metadata, of the album with these photos in it. */
async function share(...assetIds: string[]): Promise<void> {
  const { albumId, ownerId } = here().album;
  await here().system.db.insert(shareLink).values({ id: newId(), ownerId, albumId });
  for (let at = 0; at < assetIds.length; at += 1000) {
    const some = assetIds.slice(at, at + 1000);
    await here()
      .system.db.insert(albumItem)
      .values(some.map((assetId) => ({ albumId, assetId })));
  }
}

it("a copy is asked for by the round for what a link shows that hides metadata and gives originals, until it is there", async () => {
  const [shown, other] = [await here().add(new Uint8Array([2]), "b.bin"), await here().add(new Uint8Array([3]), "c.bin")];
  await here().system.db.insert(albumItem).values({ albumId: here().album.albumId, assetId: shown.id });
  const { id: ownerId } = here().library.owner;
  const [link] = await here()
    .system.db.insert(shareLink)
    .values({ id: newId(), ownerId, albumId: here().album.albumId, hideMetadata: false })
    .returning();
  const turn = (change: Partial<typeof shareLink.$inferInsert>) =>
    here().system.db.update(shareLink).set(change).where(eq(shareLink.id, link!.id));
  expect(await askForDue(here().system)).toBe(0);
  await turn({ hideMetadata: true, revokedAt: new Date() });
  expect(await askForDue(here().system)).toBe(0);
  await turn({ revokedAt: null });
  expect(await askForDue(here().system)).toBe(1);
  expect(await here().asked()).toEqual([shown.id]);
  await make(here().system, here().library.ports, { assetId: shown.id });
  expect(await askForDue(here().system)).toBe(0);
  expect(await here().system.db.select().from(stripped).where(eq(stripped.assetId, other.id))).toEqual([]);
});

it("what cannot be made now keeps nothing waiting that comes after it, and is tried again", async () => {
  const rows = Array.from({ length: 1001 }, () => assetRow(here().album.ownerId, "2026-01-02T03:04:05"));
  for (let at = 0; at < rows.length; at += 500) {
    await here()
      .system.db.insert(asset)
      .values(rows.slice(at, at + 500));
  }
  const ids = rows.map(({ id }) => id).toSorted();
  await share(...ids);
  const round = async () => {
    await here().system.db.delete(job);
    await askForDue(here().system);
    return (await here().asked()).filter((id) => id !== null).toSorted((a, b) => (a < b ? -1 : 1));
  };
  // Nothing of what is asked for is made.
  expect(await round()).toEqual(ids.slice(0, 1000));
  expect(await round()).toEqual(ids.slice(1000));
  expect(await round()).toEqual(ids.slice(0, 1000));
});

it("a reference's copy is its source's", async () => {
  const { system, library } = here();
  const source = await here().add(new Uint8Array([4]), "d.bin");
  const ben = await addPerson(system, "Ben");
  const { sha256, key } = source;
  const reference = assetRow(ben.id, "2026-01-02T03:04:05", { sha256, sourceId: source.id, sourceKey: key });
  await system.db.insert(asset).values(reference);
  await share(reference.id);
  expect(await askForDue(system)).toBe(1);
  expect(await here().asked()).toEqual([source.id]);
  await make(system, library.ports, { assetId: source.id });
  expect(await askForDue(system)).toBe(0);
});

it("an original that is not in the store is asked for once a day, and at once when its asset changes", async () => {
  const { system, library, guest, album } = here();
  const row = await here().add(new Uint8Array([5]), "e.bin");
  await share(row.id);
  await system.store.remove([row.key]);
  let requests = 0;
  const head: typeof system.store.head = (key) => {
    requests++;
    return system.store.head(key);
  };
  /** A round, and what it asks for; gives how often the store was asked so far. */
  const round = async (at: Date) => {
    await system.db.delete(job);
    const then = { ...system, now: () => at, store: { ...system.store, head } };
    await askForDue(then);
    for (const id of await here().asked()) await make(then, library.ports, { assetId: id! });
    return requests;
  };
  const start = Date.now();
  const after = (minutes: number) => new Date(start + minutes * 60_000);
  expect([await round(after(0)), await round(after(1)), await round(after(23 * 60))]).toEqual([1, 1, 1]);
  // Whoever asks for it is not told to wait.
  expect(await copies(guest, album, [row])).toEqual(new Map([[row.id, null]]));
  expect(await round(after(25 * 60))).toBe(2);
  const { etag } = await system.store.put(row.key, new Uint8Array([5]), { type: "application/octet-stream" });
  await system.db
    .update(asset)
    .set({ etag, updatedAt: after(26 * 60) })
    .where(eq(asset.id, row.id));
  expect([await round(after(27 * 60)), await round(after(60 * 60))]).toEqual([3, 3]);
});
