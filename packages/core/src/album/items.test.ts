import * as Timeline from "#timeline";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, addShown, signerOnly } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as Album from "./album.ts";
import { albumItem } from "./album.sql.ts";

const here = useAnna(() => ({ store: signerOnly }));

const NOV = 2026 * 12 + 10;
const picked = (...ids: string[]) => ({ ids, ranges: [] });
const photo = (day: string, rest = {}) => addAsset(here.system, here.anna.id, `2026-11-${day}T10:00:00`, rest);

async function itemsOf(albumId: string): Promise<{ id: string; by: string | null }[]> {
  return here.system.db
    .select({ id: albumItem.assetId, by: albumItem.addedBy })
    .from(albumItem)
    .where(eq(albumItem.albumId, albumId))
    .orderBy(albumItem.position);
}

describe("adding to an album", () => {
  it("takes ids and ranges of the timeline, each once, at the end, in their order", async () => {
    const [a, b, c] = [
      await addShown(here.system, here.anna.id, "2026-11-03T10:00:00"),
      await addShown(here.system, here.anna.id, "2026-11-02T10:00:00"),
      await addShown(here.system, here.anna.id, "2026-11-01T10:00:00"),
    ];
    await Timeline.refresh(here.system, here.anna.id);
    const id = await Album.create(here.anna.ctx, { title: "A", photos: picked(b) });
    const ranges = [{ month: NOV, revision: 1, from: 0, to: 2 }];
    expect(await Album.add(here.anna.ctx, id, { ids: [c], ranges })).toEqual({ added: 2, present: 1 });
    expect((await itemsOf(id)).map((item) => item.id)).toEqual([b, c, a]);
  });

  it("takes only one's own, and none that is locked, in the bin, held or a sidecar", async () => {
    const ben = await addPerson(here.system, "Ben");
    const refused = [
      await addAsset(here.system, ben.id, "2026-11-01T10:00:00"),
      await photo("01", { lockedAt: new Date() }),
      await photo("02", { trashedAt: new Date() }),
      await photo("03", { heldBy: here.anna.id }),
      await photo("04", { kind: "sidecar" }),
    ];
    const id = await Album.create(here.anna.ctx, { title: "A" });
    for (const each of refused) await expect(Album.add(here.anna.ctx, id, picked(each))).rejects.toMatchObject({ code: "not_found" });
    const good = await photo("05", { archivedAt: new Date() });
    expect(await Album.add(here.anna.ctx, id, picked(...refused, good))).toEqual({ added: 1, present: 0 });
    expect(await itemsOf(id)).toEqual([{ id: good, by: here.anna.id }]);
  });

  it("names nobody as who brought a guest's", async () => {
    const id = await Album.create(here.anna.ctx, { title: "A", photos: picked(await photo("01", { guestName: "Gil" })) });
    expect(await itemsOf(id)).toMatchObject([{ by: null }]);
  });
});

describe("an upload into an album", () => {
  it("comes into it for its owner and who may add, and for nobody else", async () => {
    const ben = await addPerson(here.system, "Ben");
    const id = await Album.create(here.anna.ctx, { title: "A" });
    const his = await addAsset(here.system, ben.id, "2026-11-01T10:00:00");
    const include = (addedBy: string, assetId: string) => Album.include(here.system, { albumId: id, assetId, addedBy });
    await include(ben.id, his);
    expect(await itemsOf(id)).toEqual([]);
    await Album.share(here.anna.ctx, id, { who: "ben", role: "viewer" });
    await include(ben.id, his);
    expect(await itemsOf(id)).toEqual([]);
    await Album.changeRole(here.anna.ctx, id, ben.id, "contributor");
    await include(ben.id, his);
    await include(ben.id, his);
    const hers = await photo("01");
    await include(here.anna.id, hers);
    expect(await itemsOf(id)).toEqual([
      { id: his, by: ben.id },
      { id: hers, by: here.anna.id },
    ]);
    await Album.remove(here.anna.ctx, id);
    await include(here.anna.id, hers);
    expect(await itemsOf(id)).toEqual([]);
  });
});
