import * as Audit from "#audit";
import * as Mark from "#mark";
import { codeOf, idsIn, picked } from "@tintype/test/album";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import * as Album from "./album.ts";
import { albumItem } from "./album.sql.ts";

const here = useAnna(() => ({ store: signerOnly }));

type Person = Awaited<ReturnType<typeof addPerson>>;

describe("taking photos out of an album", () => {
  let albumId: string;
  let hers: string;
  let his: string;
  let viewer: Person;
  let contributor: Person;
  let editor: Person;

  beforeEach(async () => {
    viewer = await addPerson(here.system, "Vera");
    contributor = await addPerson(here.system, "Carl");
    editor = await addPerson(here.system, "Edda");
    hers = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00");
    his = await addAsset(here.system, contributor.id, "2026-11-02T10:00:00");
    albumId = await Album.create(here.anna.ctx, { title: "Mongolia", photos: picked(hers) });
    for (const [{ handle }, role] of [
      [viewer, "viewer"],
      [contributor, "contributor"],
      [editor, "editor"],
    ] as const) {
      await Album.share(here.anna.ctx, albumId, { who: handle, role });
    }
    await Album.add(contributor.ctx, albumId, picked(his));
  });

  it("contributors take out what they added, and are told of what they leave", async () => {
    expect(await codeOf(Album.take(contributor.ctx, albumId, [hers]))).toBe("forbidden");
    expect(await Album.take(contributor.ctx, albumId, [his, hers])).toMatchObject({ removed: 1, left: 1 });
    expect(await idsIn(here.system.db, albumId)).toEqual([hers]);
  });

  it("what was taken out is put back as it was, by whoever took it out and once", async () => {
    const rows = () => here.system.db.select().from(albumItem).where(eq(albumItem.albumId, albumId)).orderBy(albumItem.position);
    const before = await rows();
    const { removed, token } = await Album.take(editor.ctx, albumId, [hers, his]);
    expect([removed, await rows()]).toEqual([2, []]);
    for (const { ctx } of [contributor, here.anna]) expect(await Album.putBack(ctx, albumId, token)).toBe(0);
    expect(await Mark.undo(editor.ctx, token)).toEqual({ changed: 0 });
    expect(await codeOf(Album.putBack(viewer.ctx, albumId, token))).toBe("forbidden");
    expect(await Album.putBack(editor.ctx, albumId, token)).toBe(2);
    expect(await rows()).toEqual(before);
    expect(await Album.putBack(editor.ctx, albumId, token)).toBe(0);
    const { entries } = await Audit.list(here.anna.ctx);
    expect(entries.slice(0, 2)).toMatchObject([
      { action: "album.return", actorName: "Edda", details: { count: 2 } },
      { action: "album.take", actorName: "Edda", details: { count: 2 } },
    ]);
  });

  it("an album of which nothing was taken, and into which nothing came back, has not changed", async () => {
    const later = { ...editor.ctx, now: () => new Date(Date.now() + 60_000) };
    const changed = async () => (await Album.get(here.anna.ctx, albumId)).updatedAt;
    const { token } = await Album.take(editor.ctx, albumId, [hers]);
    const taken = await changed();
    expect(await Album.take(later, albumId, [hers])).toMatchObject({ removed: 0, left: 0 });
    expect(await changed()).toBe(taken);
    await Album.add(here.anna.ctx, albumId, picked(hers));
    const added = await changed();
    expect(await Album.putBack(later, albumId, token)).toBe(0);
    expect(await changed()).toBe(added);
  });

  it("what was taken out does not come back once its owner has left the album", async () => {
    const { token } = await Album.take(here.anna.ctx, albumId, [hers, his]);
    await Album.leave(contributor.ctx, albumId);
    expect(await Album.putBack(here.anna.ctx, albumId, token)).toBe(1);
    expect(await idsIn(here.system.db, albumId)).toEqual([hers]);
  });
});
