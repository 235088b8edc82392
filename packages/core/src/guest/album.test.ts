import { album } from "#album/table";
import { revoke } from "#share";
import { useAnna } from "@tintype/test/anna";
import { assetsOf, guestOf, picture, sendOne } from "@tintype/test/guest";
import { drain } from "@tintype/test/ingest";
import { addPerson } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { dismiss, removeAlbum } from "./album.ts";
import { decide, held } from "./held.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));

const aGuest = () => guestOf(here.system, here.anna);
const assets = () => assetsOf(here.system);

it("what waits at an album that is removed goes into the bin, what waits at another one too goes on waiting", async () => {
  const [one, two] = [await aGuest(), await aGuest()];
  const both = picture();
  await sendOne(one.guest, picture());
  await sendOne(one.guest, both);
  await drain(here.system);
  await sendOne(two.guest, both);
  await drain(here.system);
  await removeAlbum(here.anna.ctx, one.albumId);
  expect(await assets()).toMatchObject([
    { heldBy: null, trashedAt: expect.any(Date) },
    { heldBy: one.linkId, trashedAt: null },
  ]);
  const waiting = await held(here.anna.ctx, two.albumId);
  expect(waiting).toHaveLength(1);
  expect(await decide(here.anna.ctx, two.albumId, [waiting[0]!.id], true)).toBe(1);
});

it("what a guest was still sending to it is in the bin when it has come", async () => {
  const { guest, albumId } = await aGuest();
  await sendOne(guest, picture());
  await removeAlbum(here.anna.ctx, albumId);
  await drain(here.system);
  expect(await assets()).toMatchObject([{ heldBy: null, guestName: "Uncle Bob", trashedAt: expect.any(Date) }]);
});

it("what waits at no album any more, whatever became of that, is found by and by", async () => {
  const { guest, albumId } = await aGuest();
  const kept = await aGuest();
  await sendOne(guest, picture());
  await sendOne(kept.guest, picture());
  await drain(here.system);
  await here.system.db.delete(album).where(eq(album.id, albumId));
  expect([await dismiss(here.system), await dismiss(here.system)]).toEqual([1, 0]);
  expect((await assets()).map(({ trashedAt }) => trashedAt !== null)).toEqual([true, false]);
  await expect(dismiss(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
});

it("a link that is revoked leaves what came through it to be decided on", async () => {
  const { guest, albumId, linkId } = await aGuest();
  await sendOne(guest, picture());
  await drain(here.system);
  await revoke(here.anna.ctx, linkId);
  const [waiting] = await held(here.anna.ctx, albumId);
  expect(await decide(here.anna.ctx, albumId, [waiting!.id], true)).toBe(1);
  expect(await assets()).toMatchObject([{ heldBy: null, trashedAt: null }]);
});

it("is the owner's alone to remove", async () => {
  const { albumId } = await aGuest();
  const ben = await addPerson(here.system, "Ben");
  await expect(removeAlbum(ben.ctx, albumId)).rejects.toMatchObject({ code: "not_found" });
});
