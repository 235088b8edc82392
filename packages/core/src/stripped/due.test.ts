import { albumItem } from "#album/table";
import { newId } from "#kernel";
import { job } from "#kernel/table";
import { shareLink } from "#share/table";
import { useSharedLibrary } from "@tintype/test/shared-link";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { askForDue } from "./due.ts";
import { make } from "./make.ts";
import { stripped } from "./stripped.sql.ts";

const here = useSharedLibrary();

it("a copy is asked for by the round for what a link shows that hides metadata and gives originals, until it is there", async () => {
  const [shown, other] = [await here().add(new Uint8Array([2]), "b.bin"), await here().add(new Uint8Array([3]), "c.bin")];
  await here().system.db.insert(albumItem).values({ albumId: here().album.albumId, assetId: shown.id });
  await here().system.db.delete(job);
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
