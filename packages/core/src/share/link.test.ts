import { album, albumItem } from "#album/table";
import { audit } from "#audit/table";
import { grant } from "#grant/table";
import { type Ctx, newId, type Scope } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson } from "@tintype/test/person";
import { addAlbum, addLink, holding, quick, SECRET } from "@tintype/test/share";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { create, revoke, update } from "./link.ts";
import { list } from "./list.ts";
import { openLink } from "./open.ts";
import { shareLink } from "./share.sql.ts";

const here = useAnna();
const { hash } = quick;
const open = (token: string) => openLink({ ...here.system, actor: { kind: "anonymous" } }, { token }, SECRET);

describe("a share link", () => {
  it("opens its album to whoever has its token, of which nothing but a fingerprint is kept", async () => {
    const { anna, system } = here;
    const albumId = await addAlbum(system, anna.id);
    const { id, token } = await addLink(anna.ctx, albumId);
    // 32 bytes: 256 bits.
    expect(token).toMatch(/^[\w-]{43}$/u);
    const [row] = await system.db.select().from(shareLink);
    expect(JSON.stringify(row)).not.toContain(token);
    expect(await open(token)).toMatchObject({
      actor: { kind: "link", linkId: id, ownerId: anna.id, albumId, mayDownload: true, mayOriginals: true, mayUpload: false },
      title: "Summer",
      sharedBy: "Anna",
    });
  });

  it("hides where and when by default", async () => {
    const { anna, system } = here;
    const { token } = await addLink(anna.ctx, await addAlbum(system, anna.id));
    expect((await open(token)).actor.hidesMetadata).toBe(true);
  });

  it("never lets originals out where nothing may be downloaded", async () => {
    const { anna, system } = here;
    const { token } = await addLink(anna.ctx, await addAlbum(system, anna.id), { allowDownload: false, allowOriginals: true });
    expect((await open(token)).actor).toMatchObject({ mayDownload: false, mayOriginals: false });
  });

  it("of a selection shows what is the sharer's own and not locked, binned or held, in an album that is in no list", async () => {
    const { anna, system } = here;
    const bea = await addPerson(system, "Bea");
    const [mine, locked, binned, held, hers] = await Promise.all([
      addAsset(system, anna.id, "2026-01-01T10:00:00"),
      addAsset(system, anna.id, "2026-01-01T10:00:00", { lockedAt: new Date() }),
      addAsset(system, anna.id, "2026-01-01T10:00:00", { trashedAt: new Date() }),
      addAsset(system, anna.id, "2026-01-01T10:00:00", { heldBy: newId() }),
      addAsset(system, bea.id, "2026-01-01T10:00:00"),
    ]);
    const ids = [mine, locked, binned, held, hers];
    const { albumId } = await create(anna.ctx, { shared: { ids, title: "Two days" } }, hash);
    expect(await system.db.select({ id: albumItem.assetId }).from(albumItem)).toEqual([{ id: mine }]);
    expect(await system.db.select({ id: album.id, kind: album.kind, title: album.title }).from(album)).toEqual([
      { id: albumId, kind: "selection", title: "Two days" },
    ]);
    await expect(create(anna.ctx, { shared: { ids: [locked, hers], title: "" } }, hash)).rejects.toMatchObject({ code: "not_found" });
    expect((await list(anna.ctx)).links).toHaveLength(1);
  });

  it("is its owner's alone to make, change, end and see", async () => {
    const { anna, system } = here;
    const bea = await addPerson(system, "Bea");
    const albumId = await addAlbum(system, anna.id);
    const { id } = await addLink(anna.ctx, albumId);
    await expect(create(bea.ctx, { shared: { albumId } }, hash)).rejects.toMatchObject({ code: "not_found" });
    const role = { targetKind: "album", targetId: albumId, subjectKind: "user", subjectId: bea.id, role: "editor" } as const;
    await system.db.insert(grant).values({ id: newId(), ...role });
    await expect(create(bea.ctx, { shared: { albumId } }, hash)).rejects.toMatchObject({ code: "forbidden" });
    await expect(update(bea.ctx, id, { allowUpload: true }, hash)).rejects.toMatchObject({ code: "not_found" });
    await expect(revoke(bea.ctx, id)).rejects.toMatchObject({ code: "not_found" });
    expect((await list(bea.ctx)).links).toEqual([]);
    expect((await list(anna.ctx, { album: newId() })).links).toEqual([]);
  });

  it("is not made by a key without the scope for it, nor by the holder of another link", async () => {
    const { anna, system } = here;
    const albumId = await addAlbum(system, anna.id);
    const { token } = await addLink(anna.ctx, albumId, { allowUpload: true });
    const key = { id: newId(), scopes: new Set(["library.read", "album.write"] as const) };
    const withKey = { ...system, actor: { kind: "user" as const, userId: anna.id, role: "member" as const, key } };
    await expect(create(withKey, { shared: { albumId } }, hash)).rejects.toMatchObject({ code: "forbidden" });
    await expect(create(await holding(system, token), { shared: { albumId } }, hash)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("is no way for a key to more than it may read itself", async () => {
    const { anna, system } = here;
    const photo = await addAsset(system, anna.id, "2026-01-01T10:00:00");
    const albumId = await addAlbum(system, anna.id, [photo]);
    const by = (...scopes: Scope[]): Ctx => {
      const key = { id: newId(), scopes: new Set(scopes) };
      return { ...system, actor: { kind: "user", userId: anna.id, role: "member", key } };
    };
    const refused = { code: "forbidden" };
    const picked = { shared: { ids: [photo], title: "Picked" } };
    const [ofAlbum, ofPhoto] = [await addLink(anna.ctx, albumId), await create(anna.ctx, picked, hash)];
    for (const scopes of [["share.write"], ["share.write", "library.read"]] as const) {
      await expect(create(by(...scopes), { shared: { albumId } }, hash)).rejects.toMatchObject(refused);
      await expect(update(by(...scopes), ofAlbum.id, { hideMetadata: false }, hash)).rejects.toMatchObject(refused);
      await expect(list(by(...scopes))).rejects.toMatchObject(refused);
    }
    for (const scopes of [["share.write"], ["share.write", "album.read"]] as const) {
      await expect(create(by(...scopes), picked, hash)).rejects.toMatchObject(refused);
      await expect(create(by(...scopes), { shared: { albumId: ofPhoto.albumId } }, hash)).rejects.toMatchObject(refused);
      await expect(update(by(...scopes), ofPhoto.id, { password: null }, hash)).rejects.toMatchObject(refused);
    }
    const both = by("share.write", "library.read", "album.read");
    expect((await list(both)).links).toHaveLength(2);
    await update(both, (await create(both, picked, hash)).id, { hideMetadata: false }, hash);
    await revoke(by("share.write"), ofAlbum.id);
  });

  it("is never given a password and other pages to be shown in, by two changes at once", async () => {
    const { anna, system } = here;
    const { id } = await addLink(anna.ctx, await addAlbum(system, anna.id));
    const changes = [{ password: "sea and salt" }, { frameOrigins: ["https://blog.example.org"] }];
    const done = await Promise.allSettled(changes.map((change) => update(anna.ctx, id, change, hash)));
    expect(done.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("once revoked is closed for good, however often that is said", async () => {
    const { anna, system } = here;
    const { id, token } = await addLink(anna.ctx, await addAlbum(system, anna.id));
    await revoke(anna.ctx, id);
    await revoke(anna.ctx, id);
    await expect(open(token)).rejects.toMatchObject({ code: "not_found" });
    await expect(update(anna.ctx, id, { allowDownload: true }, hash)).rejects.toMatchObject({ code: "not_found" });
    expect(await system.db.select().from(grant).where(eq(grant.subjectId, id))).toEqual([]);
    const notes = await system.db.select({ action: audit.action, details: audit.details }).from(audit).orderBy(audit.id);
    expect(notes).toEqual(["link.create", "link.revoke"].map((action) => ({ action, details: { link: id, album: "Summer" } })));
  });

  it("of a selection can be called something else; that of an album is called as the album is", async () => {
    const { anna, system } = here;
    const photo = await addAsset(system, anna.id, "2026-01-01T10:00:00");
    const { id } = await create(anna.ctx, { shared: { ids: [photo], title: "Two days" } }, hash);
    await update(anna.ctx, id, { title: " Three days " }, hash);
    expect((await list(anna.ctx)).links).toMatchObject([{ id, album: { kind: "selection", title: "Three days" } }]);
    const ofAlbum = await addLink(anna.ctx, await addAlbum(system, anna.id));
    const change = { title: "Winter", hideMetadata: false };
    await expect(update(anna.ctx, ofAlbum.id, change, hash)).rejects.toMatchObject({ code: "invalid", extra: { field: "title" } });
    expect((await list(anna.ctx)).links).toMatchObject([{ id: ofAlbum.id, hideMetadata: true, album: { title: "Summer" } }, { id }]);
  });

  it("changes at once in what it allows", async () => {
    const { anna, system } = here;
    const { id, token } = await addLink(anna.ctx, await addAlbum(system, anna.id), { allowUpload: true });
    expect((await open(token)).actor.mayUpload).toBe(true);
    await update(anna.ctx, id, { allowUpload: false, allowOriginals: false, hideMetadata: false }, hash);
    expect((await open(token)).actor).toMatchObject({ mayUpload: false, mayOriginals: false, hidesMetadata: false });
    await update({ ...anna.ctx, now: () => new Date(0) }, id, { expiresAt: new Date(1) }, hash);
    await expect(open(token)).rejects.toMatchObject({ code: "not_found" });
  });
});
