import { eq } from "drizzle-orm";
import { album, albumItem } from "#album/table";
import { asset } from "#asset/table";
import { decodeListed, encodeListed, unpackDays } from "#geometry";
import { grant } from "#grant/table";
import { type Actor, type Ctx, fromBytes, type LinkActor, newId } from "#kernel";
import { job } from "#kernel/table";
import { stripped } from "#stripped/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { geometry } from "./geometry.ts";
import { get } from "./get.ts";
import { items } from "./items.ts";
import type { Collection } from "./open.ts";
import { downloads, original } from "./save.ts";

const here = useAnna(() => ({ store: signerOnly }));

const NOW = new Date("2026-11-29T12:00:00Z");
const mark = (id: string, change: Partial<typeof asset.$inferInsert>) => here.system.db.update(asset).set(change).where(eq(asset.id, id));

async function idsOf(ctx: Ctx, collection: Collection): Promise<string[]> {
  const { tag: _, ...listed } = await geometry(ctx, collection);
  const { ids } = decodeListed(encodeListed(listed));
  return Array.from({ length: ids.length / 16 }, (__, i) => fromBytes(ids.subarray(i * 16)));
}

const as = (actor: Actor): Ctx => ({ ...here.system, actor });
const unlocked = (): Ctx => as({ kind: "user", userId: here.anna.id, role: "owner", session: { id: newId(), unlocked: true } });

async function anAlbum(sort: "newest" | "oldest" | "manual", ids: readonly string[]): Promise<{ kind: "album"; id: string }> {
  const id = newId();
  await here.system.db.insert(album).values({ id, ownerId: here.anna.id, kind: "album", title: "Mongolia", sort });
  await here.system.db.insert(albumItem).values(ids.map((assetId, position) => ({ albumId: id, assetId, position })));
  return { kind: "album", id };
}

const linkTo = (albumId: string, extra: Partial<LinkActor> = {}): Ctx =>
  as({
    kind: "link",
    linkId: newId(),
    ownerId: here.anna.id,
    albumId,
    mayDownload: true,
    mayOriginals: true,
    mayUpload: false,
    hidesMetadata: false,
    ...extra,
  });

describe("the places of a library", () => {
  it("show each photo where its marks say, and nowhere else", async () => {
    const add = async (change: Partial<typeof asset.$inferInsert> = {}) => {
      const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", {});
      if (Object.keys(change).length > 0) await mark(id, change);
      return id;
    };
    const plain = await add();
    const favourite = await add({ favourite: true });
    const archived = await add({ archivedAt: NOW, favourite: true });
    const locked = await add({ lockedAt: NOW, favourite: true });
    const binned = await add({ trashedAt: NOW, favourite: true, archivedAt: NOW });
    const lockedBin = await add({ trashedAt: NOW, lockedAt: NOW });
    const held = await add({ heldBy: newId() });
    const all = await anAlbum("newest", [plain, favourite, archived, locked, binned, lockedBin, held]);
    const { ctx } = here.anna;
    const seen = async (kind: Exclude<Collection["kind"], "album">, by = ctx) => new Set(await idsOf(by, { kind }));
    expect(await seen("favourites")).toEqual(new Set([favourite, archived]));
    expect(await seen("archive")).toEqual(new Set([archived]));
    expect(await seen("bin")).toEqual(new Set([binned]));
    expect(await seen("bin", unlocked())).toEqual(new Set([binned, lockedBin]));
    expect(await seen("held")).toEqual(new Set([held]));
    expect(await seen("locked", unlocked())).toEqual(new Set([locked]));
    await expect(geometry(ctx, { kind: "locked" })).rejects.toMatchObject({ code: "locked" });
    expect(new Set(await idsOf(ctx, all))).toEqual(new Set([plain, favourite, archived]));
  });
});

describe("an album", () => {
  it("comes in its own order: newest, oldest, or as a hand has put it", async () => {
    const days = ["2026-11-02T10:00:00", "2026-11-01T10:00:00", "2026-10-03T09:00:00", "2026-10-03T10:00:00"];
    const [b, a, c, d] = await Promise.all(days.map((day) => addAsset(here.system, here.anna.id, day)));
    const order = [a!, d!, b!, c!];
    const { ctx } = here.anna;
    expect(await idsOf(ctx, await anAlbum("newest", order))).toEqual([b, a, d, c]);
    expect(await idsOf(ctx, await anAlbum("oldest", order))).toEqual([c, d, a, b]);
    const byHand = await anAlbum("manual", order);
    expect(await idsOf(ctx, byHand)).toEqual(order);
    const { days: hasDays, geometry: whole } = await geometry(ctx, byHand);
    expect(hasDays).toBe(false);
    expect(whole.chunks.map((chunk) => [chunk.month, chunk.count, unpackDays(chunk.days)])).toEqual([[0, 4, [[1, 4]]]]);
  });

  it("keeps the revision of a month to which nothing was done, and has another tag", async () => {
    const [old, fresh] = [
      await addAsset(here.system, here.anna.id, "2026-10-01T10:00:00"),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
    ];
    const it1 = await anAlbum("newest", [old, fresh]);
    const before = await geometry(here.anna.ctx, it1);
    expect(await geometry(here.anna.ctx, it1)).toEqual(before);
    await mark(fresh, { trashedAt: NOW });
    const after = await geometry(here.anna.ctx, it1);
    expect(after.tag).not.toBe(before.tag);
    expect(after.geometry.chunks).toEqual(before.geometry.chunks.slice(1));
  });

  it("is nothing to a stranger, and is seen by whom it is shared with, without whose favourites they are", async () => {
    const ben = await addPerson(here.system, "Ben");
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { name: "a.jpg" });
    await mark(id, { favourite: true });
    const shared = await anAlbum("newest", [id]);
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
    expect(await items(ben.ctx, shared, [id])).toMatchObject({ id: [id], name: ["a.jpg"], flags: [0] });
    expect(await items(here.anna.ctx, shared, [id])).toMatchObject({ id: [id], flags: [1] });
    expect(await downloads(ben.ctx, shared, [id])).toMatchObject({ files: [{ id, name: "a.jpg" }], missing: [] });
  });

  it("gives nothing that is not in it", async () => {
    const [inside, outside] = [
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
    ];
    const shared = await anAlbum("newest", [inside]);
    const link = linkTo(shared.id);
    expect(await items(link, shared, [outside, inside])).toMatchObject({ id: [inside] });
    await expect(get(link, shared, outside)).rejects.toMatchObject({ code: "not_found" });
    await expect(downloads(link, shared, [outside])).rejects.toMatchObject({ code: "not_found" });
    const other = await anAlbum("newest", [outside]);
    await expect(geometry(link, other)).rejects.toMatchObject({ code: "not_found" });
    await expect(geometry(link, { kind: "favourites" })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("a link that hides metadata", () => {
  it("tells neither name, time, place, camera, key nor hash, and gives no original", async () => {
    const id = await addAsset(here.system, here.anna.id, "2019-07-14T10:11:12", { name: "Ulaanbaatar.jpg" });
    await mark(id, {
      latitude: 47.918,
      longitude: 106.917,
      description: "At Bold's",
      exif: { make: "Canary", model: "K-1" },
      derivedVersion: 1,
    });
    const shared = await anAlbum("newest", [id]);
    const link = linkTo(shared.id, { hidesMetadata: true });
    const { tag: _, ids: __, ...rest } = await geometry(link, shared);
    const told = JSON.stringify([await items(link, shared, [id]), await get(link, shared, id), await downloads(link, shared, [id]), rest]);
    const secrets = ["Ulaanbaatar", "2019", "47.9", "106.9", "Bold", "Canary", "K-1", "library/", "sha256"];
    for (const secret of secrets) expect(told).not.toContain(secret);
    const previews = linkTo(shared.id, { hidesMetadata: true, mayOriginals: false });
    expect(await downloads(previews, shared, [id])).toMatchObject({ files: [{ name: "photo-0001.jpg", localAt: "" }] });
  });

  it("gives a copy that tells nothing once it is made, says until then that it is pending, and never gives the original instead", async () => {
    const [copied, none, missing] = [
      await addAsset(here.system, here.anna.id, "2026-11-03T10:00:00", { name: "a.mov", kind: "video", derivedVersion: 1 }),
      await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00", { derivedVersion: 1 }),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { missing: true }),
    ];
    const ids = [copied, none, missing];
    const shared = await anAlbum("newest", ids);
    const link = linkTo(shared.id, { hidesMetadata: true });
    expect(await downloads(link, shared, ids)).toEqual({ files: [], missing: [{ id: missing, name: null }], pending: [copied, none] });
    expect(await get(link, shared, copied)).toMatchObject({ pending: true, urls: { original: null, download: null } });
    await expect(original(link, shared, copied)).rejects.toMatchObject({ code: "conflict" });
    const jobs = await here.system.db.select({ id: job.dedupe, urgent: job.urgent }).from(job).where(eq(job.kind, "strip"));
    expect(jobs.toSorted((a, b) => (a.id! < b.id! ? -1 : 1))).toEqual([copied, none].toSorted().map((id) => ({ id, urgent: true })));

    const made = async (assetId: string, type: string | null) => {
      const [row] = await here.system.db.select({ sha256: asset.sha256 }).from(asset).where(eq(asset.id, assetId));
      await here.system.db.insert(stripped).values({ assetId, sha256: row!.sha256, version: 1, type, size: type === null ? null : 7 });
    };
    await made(copied, "video/quicktime");
    await made(none, null);
    const found = await downloads(link, shared, ids);
    expect(found).toMatchObject({
      files: [
        { id: copied, name: "video-0001.mov", size: 7, url: expect.stringMatching(/\/derived\/[^/]+\/stripped-1-[^/]+\.mov/u) },
        { id: none, name: "photo-0002.jpg", size: null, url: expect.stringContaining("/preview-1-") },
      ],
      missing: [{ id: missing, name: null }],
      pending: [],
    });
    expect(await get(link, shared, copied)).toMatchObject({ pending: false, urls: { original: expect.stringContaining("/stripped-1-") } });
    expect(await original(link, shared, copied)).toContain("/stripped-1-");
    expect(JSON.stringify([found, await get(link, shared, none)])).not.toContain("library/");
  });

  it("that allows no originals gives large previews, and one that allows no download gives nothing to save", async () => {
    const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { name: "a.heic" });
    await mark(id, { derivedVersion: 1 });
    const shared = await anAlbum("newest", [id]);
    const previews = linkTo(shared.id, { mayOriginals: false });
    expect((await downloads(previews, shared, [id])).files).toMatchObject([{ name: "a.jpg", url: expect.stringContaining("/derived/") }]);
    expect((await get(previews, shared, id)).urls).toMatchObject({ original: null, download: expect.stringContaining("/derived/") });
    const nothing = linkTo(shared.id, { mayDownload: false });
    await expect(downloads(nothing, shared, [id])).rejects.toMatchObject({ code: "forbidden" });
    expect((await get(nothing, shared, id)).urls.download).toBeNull();
  });
});
