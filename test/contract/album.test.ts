import * as Album from "@tintype/core/album";
import { albumItem } from "@tintype/core/album/table";
import type { Ctx } from "@tintype/core/kernel";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DATABASES } from "../support/databases.ts";
import { addAsset, addPerson, signerOnly, systemOn } from "../support/person.ts";

const picked = (ids: readonly string[]) => ({ ids, ranges: [] });

describe.each(DATABASES)("at the same time on $name", { timeout: 60_000 }, ({ open }) => {
  let database: Awaited<ReturnType<typeof open>>;
  let system: Ctx;

  beforeAll(async () => {
    database = await open();
    system = systemOn(database.db, { store: signerOnly });
  });
  afterAll(() => database.close());

  const person = (name: string) => addPerson(system, `${name}-${crypto.randomUUID()}`);
  const photosOf = (ownerId: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => addAsset(system, ownerId, `2026-11-01T10:00:0${i}`)));
  const itemsOf = (albumId: string) => system.db.select().from(albumItem).where(eq(albumItem.albumId, albumId)).orderBy(albumItem.position);

  it("two add to an album: each photo is in it once, and no two have the same place", async () => {
    const [anna, ben] = [await person("Anna"), await person("Ben")];
    const id = await Album.create(anna.ctx, { title: "A" });
    await Album.share(anna.ctx, id, { who: ben.handle, role: "contributor" });
    const [hers, his] = [await photosOf(anna.id, 6), await photosOf(ben.id, 6)];
    const adding = [
      ...hers.map((photo) => Album.add(anna.ctx, id, picked([photo]))),
      ...his.map((photo) => Album.add(ben.ctx, id, picked([photo]))),
      Album.add(anna.ctx, id, picked(hers)),
    ];
    const added = await Promise.all(adding);
    expect(added.reduce((sum, one) => sum + one.added, 0)).toBe(12);
    const items = await itemsOf(id);
    expect(items.map(({ assetId }) => assetId).toSorted()).toEqual([...hers, ...his].toSorted());
    expect(new Set(items.map(({ position }) => position)).size).toBe(12);
    for (const { assetId, addedBy } of items) expect(addedBy).toBe(his.includes(assetId) ? ben.id : anna.id);
  });

  it("one orders an album while another adds to it: nothing is lost, and what was moved is where it was put", async () => {
    const [anna, ben] = [await person("Anna"), await person("Ben")];
    const hers = await photosOf(anna.id, 4);
    const id = await Album.create(anna.ctx, { title: "A" });
    await Album.edit(anna.ctx, id, { sort: "manual" });
    await Album.add(anna.ctx, id, picked(hers));
    await Album.share(anna.ctx, id, { who: ben.handle, role: "contributor" });
    const his = await photosOf(ben.id, 5);
    const [a, b, c, d] = hers;
    await Promise.all([
      Album.move(anna.ctx, id, { ids: [d!], before: a! }),
      ...his.map((photo) => Album.add(ben.ctx, id, picked([photo]))),
      Album.move(anna.ctx, id, { ids: [c!], before: b! }),
    ]);
    const order = (await itemsOf(id)).map(({ assetId }) => assetId);
    expect(order.slice(0, 4)).toEqual([d, a, c, b]);
    expect(order.slice(4).toSorted()).toEqual(his.toSorted());
  });

  it("somebody is put out while they add: nothing of theirs stays", async () => {
    for (let round = 0; round < 5; round++) {
      const [anna, ben] = [await person("Anna"), await person("Ben")];
      const id = await Album.create(anna.ctx, { title: "A" });
      await Album.share(anna.ctx, id, { who: ben.handle, role: "contributor" });
      const adding = (await photosOf(ben.id, 6)).map((photo) => Album.add(ben.ctx, id, picked([photo])));
      const results = await Promise.allSettled([...adding, Album.putOut(anna.ctx, id, ben.id)]);
      expect(results.at(-1)?.status).toBe("fulfilled");
      for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "not_found" });
      expect(await itemsOf(id)).toEqual([]);
    }
  });
});
