import { album, albumItem } from "#album/table";
import { asset } from "#asset/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import * as Album from "./album.ts";

const here = useAnna(() => ({ store: signerOnly }));

const picked = (...ids: string[]) => ({ ids, ranges: [] });
const photo = (day: string, rest = {}) => addAsset(here.system, here.anna.id, `2026-11-${day}T10:00:00`, rest);

describe("the list of albums", () => {
  it("tells count, dates, cover and members of one's own and those shared with one, last changed first", async () => {
    const ben = await addPerson(here.system, "Ben");
    await addPerson(here.system, "Cleo");
    const [older, newer, hidden] = [
      await photo("01", { derivedVersion: 3 }),
      await photo("09", { derivedVersion: 3 }),
      await photo("11", { derivedVersion: 3, trashedAt: null }),
    ];
    const unseen = await photo("20");
    const at = (seconds: number) => ({ ...here.anna.ctx, now: () => new Date(Date.UTC(2026, 10, 24, 12, 0, seconds)) });
    const empty = await Album.create(at(0), { title: "Empty" });
    const full = await Album.create(at(1), { title: " Full ", photos: picked(older, newer, hidden, unseen) });
    await here.system.db.update(asset).set({ trashedAt: new Date() }).where(eq(asset.id, hidden));
    await Album.share(here.anna.ctx, full, { who: "ben", role: "contributor" });
    await Album.share(here.anna.ctx, full, { who: "cleo", role: "viewer" });
    const { id: ownerId } = here.anna;
    await here.system.db.insert(album).values({ id: newId(), ownerId, kind: "selection", title: "Of a link" });

    const {
      albums: [first, second, ...rest],
      next,
    } = await Album.list(here.anna.ctx);
    expect([rest, next]).toEqual([[], null]);
    expect(first).toMatchObject({
      id: full,
      title: "Full",
      role: null,
      owner: { name: "Anna" },
      count: 3,
      from: "2026-11-01T10:00:00",
      to: "2026-11-20T10:00:00",
      cover: { assetId: newer, chosen: false, thumb: expect.stringContaining(`/derived/${newer}/thumb-3-`) },
      members: [
        { id: ben.id, name: "Ben", role: "contributor" },
        { name: "Cleo", role: "viewer" },
      ],
    });
    expect(second).toMatchObject({ id: empty, count: 0, from: null, to: null, cover: null, members: [] });
    expect((await Album.list(ben.ctx)).albums).toMatchObject([{ id: full, role: "contributor", owner: { id: here.anna.id } }]);

    await Album.edit(here.anna.ctx, empty, { title: "Later" });
    expect((await Album.list(here.anna.ctx)).albums.map(({ title }) => title)).toEqual(["Later", "Full"]);
    await Album.edit(here.anna.ctx, full, { coverId: older });
    expect((await Album.get(ben.ctx, full)).cover).toMatchObject({ assetId: older, chosen: true });
    await expect(Album.edit(here.anna.ctx, empty, { coverId: older })).rejects.toMatchObject({ code: "invalid" });
  });

  it("of a photo has the albums that it is in and the asker sees", async () => {
    const ben = await addPerson(here.system, "Ben");
    const one = await photo("01");
    const shared = await Album.create(here.anna.ctx, { title: "Shared", photos: picked(one) });
    const own = await Album.create(here.anna.ctx, { title: "Own", photos: picked(one) });
    await Album.create(here.anna.ctx, { title: "Without" });
    await Album.share(here.anna.ctx, shared, { who: "ben", role: "viewer" });
    expect((await Album.listOf(here.anna.ctx, one)).albums.map(({ id }) => id).toSorted()).toEqual([shared, own].toSorted());
    expect((await Album.listOf(ben.ctx, one)).albums.map(({ id }) => id)).toEqual([shared]);
  });

  it("comes a page at a time, each album once, also where many changed at the same moment or one changes meanwhile", async () => {
    const { anna, system } = here;
    const one = await photo("01");
    // Of the database's own times, which are finer than those that are told.
    const at = (i: number) =>
      sql`'2026-11-24 12:00:00.123Z'::timestamptz + ${i % 3} * interval '1 second' + ${i} * interval '1 microsecond'`;
    const rows = Array.from({ length: 205 }, (_, i) => ({ id: newId(), ownerId: anna.id, kind: "album" as const, title: `${i}` }));
    for (const [i, row] of rows.entries()) await system.db.insert(album).values({ ...row, updatedAt: at(i) });
    await system.db.insert(albumItem).values(rows.map(({ id }) => ({ albumId: id, assetId: one, position: 0 })));
    const read = async (list: (after?: string) => ReturnType<typeof Album.list>, meanwhile = async () => undefined as unknown) => {
      const pages: string[][] = [];
      let after: string | undefined;
      do {
        const { albums, next } = await list(after);
        pages.push(albums.map(({ id }) => id));
        after = next ?? undefined;
        await meanwhile();
      } while (after !== undefined);
      return pages;
    };
    const byTime = rows.map(({ id }, i) => ({ id, second: i % 3 })).toSorted((a, b) => b.second - a.second || (a.id < b.id ? 1 : -1));
    for (const list of [(after?: string) => Album.list(anna.ctx, after), (after?: string) => Album.listOf(anna.ctx, one, after)]) {
      const pages = await read(list);
      expect(pages.map((page) => page.length)).toEqual([100, 100, 5]);
      expect(pages.flat()).toEqual(byTime.map(({ id }) => id));
    }
    const last = byTime[99]!.id;
    for (const meanwhile of [() => Album.edit(anna.ctx, last, { title: "Now" }), () => system.db.delete(album).where(eq(album.id, last))]) {
      await system.db
        .update(album)
        .set({ updatedAt: at(byTime[99]!.second) })
        .where(eq(album.id, last));
      const pages = await read((after) => Album.list(anna.ctx, after), meanwhile);
      expect(pages.flat()).toEqual(byTime.map(({ id }) => id));
    }
  });
});
