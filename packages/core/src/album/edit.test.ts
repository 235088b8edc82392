import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { asset } from "#asset/table";
import { grant } from "#grant/table";
import { desc } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as Album from "./album.ts";
import { album, albumItem } from "./album.sql.ts";

const here = useAnna(() => ({ store: signerOnly }));

describe("an album", () => {
  it("keeps what a change does not name, and its title without the spaces around it", async () => {
    const id = await Album.create(here.anna.ctx, { title: "  Mongolia ", description: "July" });
    await Album.edit(here.anna.ctx, id, { sort: "oldest" });
    expect(await Album.get(here.anna.ctx, id)).toMatchObject({ title: "Mongolia", description: "July", sort: "oldest" });
    await Album.edit(here.anna.ctx, id, { title: " Gobi ", description: "" });
    expect(await Album.get(here.anna.ctx, id)).toMatchObject({ title: "Gobi", description: "", sort: "oldest" });
  });

  it("takes for its cover only what is seen in it: what is locked is answered as what is not there", async () => {
    const [photo, other] = [
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
    ];
    const id = await Album.create(here.anna.ctx, { title: "Mongolia", photos: { ids: [photo], ranges: [] } });
    await Album.edit(here.anna.ctx, id, { coverId: photo });
    await here.system.db.update(asset).set({ lockedAt: new Date() });
    const refused = { code: "invalid", extra: { field: "coverId" } };
    await expect(Album.edit(here.anna.ctx, id, { coverId: photo })).rejects.toMatchObject(refused);
    await expect(Album.edit(here.anna.ctx, id, { coverId: other })).rejects.toMatchObject(refused);
  });

  it.each([
    ["newest", [2, 1, 0]],
    ["oldest", [0, 1, 2]],
  ] as const)("that was sorted by %s is sorted by hand in that order at first", async (sort, expected) => {
    const photos: string[] = [];
    for (const day of ["01", "02", "03"]) photos.push(await addAsset(here.system, here.anna.id, `2026-11-${day}T10:00:00`));
    const ids = [photos[1]!, photos[0]!, photos[2]!];
    const id = await Album.create(here.anna.ctx, { title: "A", photos: { ids, ranges: [] } });
    await Album.edit(here.anna.ctx, id, { sort });
    await Album.edit(here.anna.ctx, id, { sort: "manual" });
    const rows = await here.system.db.select({ id: albumItem.assetId }).from(albumItem).orderBy(albumItem.position);
    expect(rows.map((row) => row.id)).toEqual(expected.map((at) => photos[at]));
    await Album.move(here.anna.ctx, id, { ids: [photos[1]!], before: null });
    await Album.edit(here.anna.ctx, id, { sort: "manual" });
    const [last] = await here.system.db.select({ id: albumItem.assetId }).from(albumItem).orderBy(desc(albumItem.position)).limit(1);
    expect(last).toEqual({ id: photos[1] });
  });

  it("goes with all that was shared of it, and the photos stay", async () => {
    const ben = await addPerson(here.system, "Ben");
    const photo = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00");
    const id = await Album.create(here.anna.ctx, { title: "Mongolia", photos: { ids: [photo], ranges: [] } });
    await Album.share(here.anna.ctx, id, { who: ben.handle, role: "editor" });
    await expect(Album.remove(ben.ctx, id)).rejects.toMatchObject({ code: "forbidden" });
    await Album.remove(here.anna.ctx, id);
    for (const table of [album, albumItem, grant]) expect(await here.system.db.select().from(table)).toEqual([]);
    expect(await here.system.db.select({ id: asset.id }).from(asset)).toEqual([{ id: photo }]);
    await expect(Album.get(ben.ctx, id)).rejects.toMatchObject({ code: "not_found" });
  });
});
