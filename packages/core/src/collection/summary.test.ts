import { edit, take } from "#album";
import { asset } from "#asset/table";
import { ESTIMATE } from "#share";
import { stripped } from "#stripped/table";
import { useAnna } from "@tintype/test/anna";
import { albumOf, holderOf } from "@tintype/test/collection";
import { addAsset, addPerson } from "@tintype/test/person";
import { addAlbum } from "@tintype/test/share";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { first, savable, summary } from "./summary.ts";

const here = useAnna();

it("tells how much of an album is seen, and what comes first in it", async () => {
  const { anna, system } = here;
  const days = ["2026-11-02T10:00:00", "2026-11-03T10:00:00", "2026-11-01T10:00:00"];
  const [middle, newest] = await Promise.all([
    addAsset(system, anna.id, days[0]!, { size: 5_000_000_000, derivedVersion: 1 }),
    addAsset(system, anna.id, days[1]!, { size: 5_000_000_000, kind: "video" }),
  ]);
  const notes = await addAsset(system, anna.id, "2026-10-01T10:00:00", { size: 0, kind: "other" });
  const locked = await addAsset(system, anna.id, days[0]!, { lockedAt: new Date() });
  const album = { kind: "album", id: await addAlbum(system, anna.id, [middle, newest, notes, locked]) } as const;
  expect(await summary(anna.ctx, album)).toEqual({ count: 3, videos: 1, files: 1, bytes: 10_000_000_000, face: middle });
  expect(await first(anna.ctx, album, 1)).toEqual([newest]);
  expect(await first(anna.ctx, album, 5)).toEqual([newest, middle, notes]);
  const bea = await addPerson(system, "Bea");
  await expect(summary(bea.ctx, album)).rejects.toMatchObject({ code: "not_found" });
  await expect(first(bea.ctx, album, 1)).rejects.toMatchObject({ code: "not_found" });
  expect(await summary(anna.ctx, { kind: "album", id: await addAlbum(system, anna.id) })).toEqual({
    count: 0,
    videos: 0,
    files: 0,
    bytes: 0,
    face: null,
  });
});

it("is stood for by the photo that was chosen, as long as it is seen and has a picture", async () => {
  const { anna, system } = here;
  const [chosen, newest, unread] = await Promise.all([
    addAsset(system, anna.id, "2026-11-01T10:00:00", { derivedVersion: 1 }),
    addAsset(system, anna.id, "2026-11-03T10:00:00", { derivedVersion: 1 }),
    addAsset(system, anna.id, "2026-11-02T10:00:00"),
  ]);
  const album = { kind: "album", id: await addAlbum(system, anna.id, [chosen, newest, unread]) } as const;
  const faceWith = async (coverId: string) => {
    await edit(anna.ctx, album.id, { coverId });
    return (await summary(anna.ctx, album)).face;
  };
  expect([await faceWith(chosen), await faceWith(unread), await faceWith(chosen)]).toEqual([chosen, newest, chosen]);
  await take(anna.ctx, album.id, [chosen]);
  expect((await summary(anna.ctx, album)).face).toBe(newest);
});

it("tells what downloading all of it hands out: originals that are there, copies as they are made, or previews", async () => {
  const { anna, system } = here;
  const { preview } = ESTIMATE;
  const size = 5_000_000_000;
  const [copied, none, bare] = await Promise.all([
    addAsset(system, anna.id, "2026-11-01T10:00:00", { size, derivedVersion: 1 }),
    addAsset(system, anna.id, "2026-11-02T10:00:00", { size, derivedVersion: 1 }),
    addAsset(system, anna.id, "2026-11-03T10:00:00", { size }),
  ]);
  const missing = await addAsset(system, anna.id, "2026-11-04T10:00:00", { size, missing: true, derivedVersion: 1 });
  const lost = await addAsset(system, anna.id, "2026-11-05T10:00:00", { size, missing: true });
  const shared = await albumOf(system, anna.id, [copied, none, bare, missing, lost]);
  const as = (may: Parameters<typeof holderOf>[3]) => savable(holderOf(system, anna.id, shared.id, may), shared);
  expect(await as({ hidesMetadata: false })).toEqual({ count: 3, bytes: 3 * size });
  expect(await as({ hidesMetadata: false, mayOriginals: false })).toEqual({ count: 3, bytes: 3 * preview });
  expect(await as({ hidesMetadata: true, mayOriginals: false })).toEqual({ count: 3, bytes: 3 * preview });
  expect(await as({ hidesMetadata: true })).toEqual({ count: 4, bytes: 3 * size + preview });
  for (const [assetId, bytes] of [[copied, 7] as const, [none, null] as const, [bare, null] as const]) {
    const [row] = await system.db.select({ sha256: asset.sha256 }).from(asset).where(eq(asset.id, assetId));
    const type = bytes === null ? null : "image/jpeg";
    await system.db.insert(stripped).values({ assetId, sha256: row!.sha256, version: 1, type, size: bytes });
  }
  expect(await as({ hidesMetadata: true })).toEqual({ count: 3, bytes: 7 + 2 * preview });
  expect(await savable(anna.ctx, { kind: "album", id: await addAlbum(system, anna.id) })).toEqual({ count: 0, bytes: 0 });
});
