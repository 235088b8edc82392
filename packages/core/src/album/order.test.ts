import { useAnna } from "@tintype/test/anna";
import { addAsset } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as Album from "./album.ts";
import { albumItem } from "./album.sql.ts";
import { between } from "./order.ts";

const here = useAnna();

describe("places in a gap", () => {
  it.each([
    ["alone", { after: undefined, before: undefined }, 2, [1, 2]],
    ["at the end", { after: 7, before: undefined }, 2, [8, 9]],
    ["at the start", { after: undefined, before: 1 }, 2, [-1, 0]],
    ["in the middle", { after: 1, before: 2 }, 3, [1.25, 1.5, 1.75]],
    ["where two have the same place", { after: 2, before: 2 }, 1, undefined],
    ["where it has become too narrow", { after: 2, before: 2 + 2 ** -20 }, 1, undefined],
  ])("%s", (_, gap, count, places) => {
    expect(between(gap, count)).toEqual(places);
  });
});

describe("moving photos of an album", () => {
  async function fill(count: number): Promise<{ id: string; photos: string[] }> {
    const photos: string[] = [];
    for (let i = 0; i < count; i++) photos.push(await addAsset(here.system, here.anna.id, `2026-11-0${i + 1}T10:00:00`));
    const id = await Album.create(here.anna.ctx, { title: "A" });
    await Album.edit(here.anna.ctx, id, { sort: "manual" });
    await Album.add(here.anna.ctx, id, { ids: photos, ranges: [] });
    return { id, photos };
  }

  async function orderOf(albumId: string): Promise<string[]> {
    const rows = await here.system.db.select().from(albumItem).where(eq(albumItem.albumId, albumId)).orderBy(albumItem.position);
    return rows.map(({ assetId }) => assetId);
  }

  it("puts several before another, first or last, in the order that they are named", async () => {
    const { id, photos } = await fill(5);
    const [a, b, c, d, e] = photos as [string, string, string, string, string];
    const move = (ids: string[], before: string | null) => Album.move(here.anna.ctx, id, { ids, before });
    await move([e, a], c);
    expect(await orderOf(id)).toEqual([b, e, a, c, d]);
    await move([d], b);
    expect(await orderOf(id)).toEqual([d, b, e, a, c]);
    await move([d, e], null);
    expect(await orderOf(id)).toEqual([b, a, c, d, e]);
    await move([b], a);
    expect(await orderOf(id)).toEqual([b, a, c, d, e]);
  });

  it("never runs out of room between two, however often it is halved", async () => {
    const { id, photos } = await fill(4);
    const [a, b, c, d] = photos as [string, string, string, string];
    for (let i = 0; i < 40; i++) await Album.move(here.anna.ctx, id, { ids: [i % 2 === 0 ? c : b], before: i % 2 === 0 ? b : c });
    expect(await orderOf(id)).toEqual([a, b, c, d]);
    await here.system.db.update(albumItem).set({ position: 0 }).where(eq(albumItem.albumId, id));
    await Album.move(here.anna.ctx, id, { ids: [a], before: d });
    // Without places of their own they were shown newest first.
    expect(await orderOf(id)).toEqual([a, d, c, b]);
  });

  it("is only for what is there, in an album that is ordered by hand", async () => {
    const { id, photos } = await fill(2);
    const [a, b] = photos as [string, string];
    const other = await addAsset(here.system, here.anna.id, "2026-11-09T10:00:00");
    const move = (ids: string[], before: string | null) => Album.move(here.anna.ctx, id, { ids, before });
    await expect(move([other], a)).rejects.toMatchObject({ code: "not_found" });
    await expect(move([a], other)).rejects.toMatchObject({ code: "not_found" });
    await expect(move([a, b], b)).rejects.toMatchObject({ code: "invalid" });
    expect(await orderOf(id)).toEqual([a, b]);
    await Album.edit(here.anna.ctx, id, { sort: "oldest" });
    await expect(move([b], a)).rejects.toMatchObject({ code: "conflict" });
  });
});
