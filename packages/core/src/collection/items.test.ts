import { eq } from "drizzle-orm";
import { albumItem } from "#album/table";
import { grant } from "#grant/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { albumOf, mark } from "@tintype/test/collection";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { geometry } from "./geometry.ts";
import { get } from "./get.ts";
import { items } from "./items.ts";
import { downloads } from "./save.ts";

const here = useAnna(() => ({ store: signerOnly }));

describe("the photos of an album", () => {
  it("is nothing to a stranger, and is seen by whom it is shared with, without whose favourites they are", async () => {
    const ben = await addPerson(here.system, "Ben");
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { name: "a.jpg" });
    await mark(here.system, id, { favourite: true });
    const shared = await albumOf(here.system, here.anna.id, [id]);
    for (const ask of [
      geometry(ben.ctx, shared),
      items(ben.ctx, shared, [id]),
      get(ben.ctx, shared, id),
      downloads(ben.ctx, shared, [id]),
    ]) {
      await expect(ask).rejects.toMatchObject({ code: "not_found" });
    }
    const role = "viewer" as const;
    const subject = { subjectKind: "user" as const, subjectId: ben.id, targetKind: "album" as const, targetId: shared.id };
    await here.system.db.insert(grant).values({ id: newId(), ...subject, role });
    expect(await items(ben.ctx, shared, [id])).toMatchObject({ id: [id], name: ["a.jpg"], flags: [4] });
    expect(await items(here.anna.ctx, shared, [id])).toMatchObject({ id: [id], flags: [1] });
    expect(await downloads(ben.ctx, shared, [id])).toMatchObject({ files: [{ id, name: "a.jpg" }], missing: [] });
  });

  it("are told to the people in it with who added each, and to no link", async () => {
    const ben = await addPerson(here.system, "Ben");
    const hers = await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00");
    const his = await addAsset(here.system, ben.id, "2026-11-01T10:00:00");
    const guests = await addAsset(here.system, here.anna.id, "2026-11-03T10:00:00", { guestName: "Gil" });
    const shown = await albumOf(here.system, here.anna.id, [hers, his, guests]);
    const addedBy = (assetId: string, by: string | null) =>
      here.system.db.update(albumItem).set({ addedBy: by }).where(eq(albumItem.assetId, assetId));
    await addedBy(hers, here.anna.id);
    await addedBy(his, ben.id);
    await addedBy(guests, null);
    expect((await items(here.anna.ctx, shown, [hers, his, guests])).addedBy).toEqual(["Anna", "Ben", "Gil"]);
    expect(await get(here.anna.ctx, shown, his)).toMatchObject({ addedBy: "Ben" });
    const may = { mayDownload: true, mayOriginals: true, mayUpload: false, hidesMetadata: false };
    const guest = { ...here.system, actor: { kind: "link", linkId: newId(), ownerId: here.anna.id, albumId: shown.id, ...may } as const };
    expect(await items(guest, shown, [his])).not.toHaveProperty("addedBy");
    expect(await get(guest, shown, his)).toMatchObject({ addedBy: null });
  });
});
