import { edit, take } from "#album";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson } from "@tintype/test/person";
import { addAlbum } from "@tintype/test/share";
import { expect, it } from "vitest";
import { first, summary } from "./summary.ts";

const here = useAnna();

it("tells how much of an album is seen, and what comes first in it", async () => {
  const { anna, system } = here;
  const days = ["2026-11-02T10:00:00", "2026-11-03T10:00:00", "2026-11-01T10:00:00"];
  const [middle, newest] = await Promise.all([
    addAsset(system, anna.id, days[0]!, { size: 5_000_000_000, derivedVersion: 1 }),
    addAsset(system, anna.id, days[1]!, { size: 5_000_000_000, kind: "video" }),
  ]);
  const locked = await addAsset(system, anna.id, days[0]!, { lockedAt: new Date() });
  const album = { kind: "album", id: await addAlbum(system, anna.id, [middle, newest, locked]) } as const;
  expect(await summary(anna.ctx, album)).toEqual({ count: 2, videos: 1, bytes: 10_000_000_000, face: middle });
  expect(await first(anna.ctx, album, 1)).toEqual([newest]);
  expect(await first(anna.ctx, album, 5)).toEqual([newest, middle]);
  const bea = await addPerson(system, "Bea");
  await expect(summary(bea.ctx, album)).rejects.toMatchObject({ code: "not_found" });
  await expect(first(bea.ctx, album, 1)).rejects.toMatchObject({ code: "not_found" });
  expect(await summary(anna.ctx, { kind: "album", id: await addAlbum(system, anna.id) })).toEqual({
    count: 0,
    videos: 0,
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
