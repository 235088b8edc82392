import { album, albumItem } from "#album/table";
import { grant } from "#grant/table";
import { newId } from "#kernel";
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
const shown = (token: string) => ({ token, address: "10.1.0.1" });
const open = (token: string) => openLink({ ...here.system, actor: { kind: "anonymous" } }, shown(token), SECRET);

describe("a share link", () => {
  it("opens its album to whoever has its token, of which nothing but a fingerprint is kept", async () => {
    const { anna, system } = here;
    const albumId = await addAlbum(system, anna.id);
    const { id, token } = await addLink(anna.ctx, albumId);
    // 24 bytes: 192 bits.
    expect(token).toMatch(/^[\w-]{32}$/u);
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
    const assetIds = [mine, locked, binned, held, hers];
    const { albumId } = await create(anna.ctx, { shared: { assetIds, title: "Two days" } }, hash);
    expect(await system.db.select({ id: albumItem.assetId }).from(albumItem)).toEqual([{ id: mine }]);
    expect(await system.db.select({ id: album.id, kind: album.kind, title: album.title }).from(album)).toEqual([
      { id: albumId, kind: "selection", title: "Two days" },
    ]);
    await expect(create(anna.ctx, { shared: { assetIds: [locked, hers], title: "" } }, hash)).rejects.toMatchObject({ code: "not_found" });
    expect(await list(anna.ctx)).toHaveLength(1);
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
    expect(await list(bea.ctx)).toEqual([]);
    expect(await list(anna.ctx, newId())).toEqual([]);
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

  it("tells its owner its state, and how often it was seen", async () => {
    const { anna, system } = here;
    const albumId = await addAlbum(system, anna.id, [await addAsset(system, anna.id, "2026-01-01T10:00:00")]);
    const soon = new Date(Date.now() + 60_000);
    const { id } = await addLink(anna.ctx, albumId, { expiresAt: soon, password: "long enough" });
    expect(await list(anna.ctx, albumId)).toMatchObject([
      { id, album: { id: albumId, title: "Summer", kind: "album", count: 1 }, state: "open", hasPassword: true, views: 0, slug: null },
    ]);
    expect(JSON.stringify(await list(anna.ctx))).not.toContain("hash of");
    const later = { ...anna.ctx, now: () => soon };
    expect(await list(later)).toMatchObject([{ state: "expired" }]);
    await revoke(anna.ctx, id);
    expect(await list(later)).toMatchObject([{ state: "revoked" }]);
  });

  it("once revoked is closed for good, however often that is said", async () => {
    const { anna, system } = here;
    const { id, token } = await addLink(anna.ctx, await addAlbum(system, anna.id));
    await revoke(anna.ctx, id);
    await revoke(anna.ctx, id);
    await expect(open(token)).rejects.toMatchObject({ code: "not_found" });
    await expect(update(anna.ctx, id, { allowDownload: true }, hash)).rejects.toMatchObject({ code: "not_found" });
    expect(await system.db.select().from(grant).where(eq(grant.subjectId, id))).toEqual([]);
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

describe("what makes no sense", () => {
  const cases = [
    ["a name without a password", { slug: "summer" }, "password"],
    ["a name that is an address of ours", { slug: "assets", password: "long enough" }, "slug"],
    ["a name that leaves its place", { slug: "../etc", password: "long enough" }, "slug"],
    ["a name with capitals, which tokens have", { slug: "Summer", password: "long enough" }, "slug"],
    ["a name of two letters", { slug: "ab", password: "long enough" }, "slug"],
    ["a short password", { password: "short" }, "password"],
    ["a time that has passed", { expiresAt: new Date(0) }, "expiresAt"],
    ["a frame around a password", { password: "long enough", frameOrigins: ["https://a.example"] }, "frameOrigins"],
    ["a frame of any page", { frameOrigins: ["*"] }, "frameOrigins"],
    ["a frame of any page of a host", { frameOrigins: ["https://*.example"] }, "frameOrigins"],
    ["a page with a path", { frameOrigins: ["https://a.example/b"] }, "frameOrigins"],
    ["a header in place of a page", { frameOrigins: ["https://a.example; script-src *"] }, "frameOrigins"],
    ["two pages in one", { frameOrigins: ["https://a.example https://b.example"] }, "frameOrigins"],
    ["a script in place of a page", { frameOrigins: ["javascript:alert(1)"] }, "frameOrigins"],
    ["uploads of nothing", { allowUpload: true, uploadLimitBytes: 0 }, "uploadLimitBytes"],
  ] as const;

  it.each(cases)("is refused: %s", async (_, options, field) => {
    const { anna, system } = here;
    const shared = { albumId: await addAlbum(system, anna.id) };
    await expect(create(anna.ctx, { shared, ...options }, hash)).rejects.toMatchObject({ code: "invalid", extra: { field } });
  });

  it("is refused of a change too, together with what the link is already", async () => {
    const { anna, system } = here;
    const albumId = await addAlbum(system, anna.id);
    const { id } = await addLink(anna.ctx, albumId, { slug: "summer-2026", password: "long enough" });
    await expect(update(anna.ctx, id, { password: null }, hash)).rejects.toMatchObject({ code: "invalid" });
    await expect(update(anna.ctx, id, { frameOrigins: ["https://a.example"] }, hash)).rejects.toMatchObject({ code: "invalid" });
    await expect(addLink(anna.ctx, albumId, { slug: "summer-2026", password: "long enough" })).rejects.toMatchObject({ code: "conflict" });
  });
});
