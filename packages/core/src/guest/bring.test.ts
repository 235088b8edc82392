import { newId, transact } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { assetsOf, guestOf } from "@tintype/test/guest";
import { addAsset } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { expect, it } from "vitest";
import { bring } from "./bring.ts";
import { guestOffer } from "./guest.sql.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));

const trashedAt = new Date("2026-11-01T00:00:00Z");
const aPhoto = (rest = {}) => addAsset(here.system, here.anna.id, "2024-05-06T07:08:09", rest);
const brought = (id: string, linkId: string) => transact(here.system, (ctx) => bring(ctx, id, { linkId, guestName: "Bob" }));
const offers = () => here.system.db.select({ albumId: guestOffer.albumId, assetId: guestOffer.assetId }).from(guestOffer);

it("what a guest brings is offered to the album of their link once, and what lies in the bin is held for it", async () => {
  const { albumId, linkId } = await guestOf(here.system, here.anna);
  const [shown, binned] = [await aPhoto(), await aPhoto({ trashedAt })];
  for (const id of [shown, shown, binned]) expect(await brought(id, linkId)).toBe(true);
  expect(await offers()).toEqual([shown, binned].map((assetId) => ({ albumId, assetId })));
  expect(await assetsOf(here.system)).toMatchObject([
    { heldBy: null, guestName: null },
    { heldBy: linkId, guestName: "Bob", trashedAt: null },
  ]);
});

it("what goes for good is not to be counted on, and nothing is offered through a link that is no more", async () => {
  const { linkId } = await guestOf(here.system, here.anna);
  const [doomed, binned] = [await aPhoto({ trashedAt, purgedAt: trashedAt }), await aPhoto({ trashedAt })];
  expect([await brought(doomed, linkId), await brought(binned, newId())]).toEqual([false, true]);
  expect([await offers(), await assetsOf(here.system)]).toMatchObject([[], [{ trashedAt }, { trashedAt, heldBy: null }]]);
});

it("only the service itself does it", async () => {
  await expect(bring(here.anna.ctx, newId(), { linkId: newId(), guestName: null })).rejects.toMatchObject({ code: "forbidden" });
});
