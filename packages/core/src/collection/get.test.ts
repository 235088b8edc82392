import * as Album from "#album";
import * as Asset from "#asset";
import { grant } from "#grant/table";
import { type Ctx, newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { albumOf, holderOf, unlocked } from "@tintype/test/collection";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { geometry } from "./geometry.ts";
import { get } from "./get.ts";
import { items } from "./items.ts";
import type { Collection } from "./open.ts";
import { downloads } from "./save.ts";

const here = useAnna(() => ({ store: signerOnly }));

/** How many seconds the URLs live that are in an answer. */
const livesIn = (answer: unknown) =>
  new Set([...JSON.stringify(answer).matchAll(/X-Amz-Expires=(\d+)/gu)].map(([, seconds]) => Number(seconds)));

describe("the URLs of a photo", () => {
  it("live for minutes for whom it is not, who may be put out of its album, and while it is locked; else as usual", async () => {
    const add = (ownerId: string, change: Parameters<typeof addAsset>[3] = {}) =>
      addAsset(here.system, ownerId, ownerId === here.anna.id ? "2026-11-02T10:00:00" : "2026-11-01T10:00:00", {
        derivedVersion: 1,
        type: "image/jpeg",
        ...change,
      });
    const ben = await addPerson(here.system, "Ben");
    const [hers, his] = [await add(here.anna.id), await add(ben.id)];
    const shared = await albumOf(here.system, here.anna.id, [hers, his]);
    const subject = { subjectKind: "user", subjectId: ben.id, targetKind: "album", targetId: shared.id, role: "viewer" } as const;
    await here.system.db.insert(grant).values({ id: newId(), ...subject });
    const all = async (ctx: Ctx, collection: Collection, id: string) =>
      livesIn([await items(ctx, collection, [id]), await get(ctx, collection, id), await downloads(ctx, collection, [id])]);
    const guest = holderOf(here.system, here.anna.id, shared.id);
    expect([await all(here.anna.ctx, shared, hers), await all(ben.ctx, shared, his)]).toEqual([new Set([43_200]), new Set([43_200])]);
    for (const [ctx, id] of [
      [ben.ctx, hers],
      [here.anna.ctx, his],
      [guest, hers],
      [guest, his],
    ] as const) {
      expect(await all(ctx, shared, id)).toEqual(new Set([600]));
    }
    expect(livesIn((await Album.list(ben.ctx)).albums)).toEqual(new Set([600]));
    expect(livesIn((await Album.list(here.anna.ctx)).albums)).toEqual(new Set([43_200]));
    const locked = await add(here.anna.id, { lockedAt: new Date() });
    const open = unlocked(here.anna.ctx);
    expect(await all(open, { kind: "locked" }, locked)).toEqual(new Set([600]));
    expect(livesIn([await Asset.get(open, locked), await Asset.downloads(open, [locked])])).toEqual(new Set([600]));
    expect(livesIn([await Asset.get(open, hers), await Asset.downloads(open, [hers])])).toEqual(new Set([43_200]));
  });
});

describe("a photo", () => {
  it("gives nothing that is not in it", async () => {
    const [inside, outside] = [
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
    ];
    const shared = await albumOf(here.system, here.anna.id, [inside]);
    const link = holderOf(here.system, here.anna.id, shared.id);
    expect(await items(link, shared, [outside, inside])).toMatchObject({ id: [inside] });
    await expect(get(link, shared, outside)).rejects.toMatchObject({ code: "not_found" });
    await expect(downloads(link, shared, [outside])).rejects.toMatchObject({ code: "not_found" });
    const other = await albumOf(here.system, here.anna.id, [outside]);
    await expect(geometry(link, other)).rejects.toMatchObject({ code: "not_found" });
    await expect(geometry(link, { kind: "favourites" })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
