import type { asset } from "#asset/table";
import * as Guest from "#guest";
import { guestOffer } from "#guest/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { albumOf, idsOf, mark, unlocked } from "@tintype/test/collection";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { items } from "./items.ts";

const here = useAnna(() => ({ store: signerOnly }));
const NOW = new Date("2026-11-29T12:00:00Z");
const held = { kind: "held" } as const;

/** A photo of Anna's, newer with each. */
let minute = 10;
const add = (change: Partial<typeof asset.$inferInsert> = {}) =>
  addAsset(here.system, here.anna.id, `2026-11-01T10:${++minute}:00`, change);

/** A guest sends these to an album of hers. */
async function offer(albumId: string, ...ids: string[]): Promise<void> {
  await here.system.db.insert(guestOffer).values(ids.map((assetId) => ({ albumId, assetId, guestName: "Bob", sentAt: NOW })));
}

async function anAlbum(): Promise<string> {
  return (await albumOf(here.system, here.anna.id, [await add()])).id;
}

describe("what waits for its owner's word", () => {
  it("is what waits at the albums, also what they have already, which stays in its places", async () => {
    const { ctx } = here.anna;
    const id = await anAlbum();
    const sent = await add({ heldBy: newId() });
    const mine = await add({ favourite: true });
    const archived = await add({ archivedAt: NOW });
    await offer(id, sent, mine, archived);
    expect(await idsOf(ctx, held)).toEqual([archived, mine, sent]);
    expect(new Set((await Guest.held(ctx, id)).map((photo) => photo.id))).toEqual(new Set([archived, mine, sent]));
    expect((await items(ctx, held, [mine, sent])).id).toEqual([mine, sent]);
    expect([await idsOf(ctx, { kind: "favourites" }), await idsOf(ctx, { kind: "archive" })]).toEqual([[mine], [archived]]);
    expect(await idsOf(ctx, { kind: "album", id })).not.toContain(mine);
  });

  it.each([[true], [false]])("is it no more once that is given: %s", async (accept) => {
    const { ctx } = here.anna;
    const [one, two] = [await anAlbum(), await anAlbum()];
    const mine = await add();
    await offer(one, mine);
    await offer(two, mine);
    await Guest.decide(ctx, one, [mine], accept);
    expect(await idsOf(ctx, held)).toEqual([mine]);
    await Guest.decide(ctx, two, [mine], accept);
    expect(await idsOf(ctx, held)).toEqual([]);
    expect((await idsOf(ctx, { kind: "album", id: one })).includes(mine)).toBe(accept);
  });

  it("is neither what lies in the bin, nor what is in the album by now, nor what has no tile, nor for anybody else", async () => {
    const id = await anAlbum();
    const inAlbum = await albumOf(here.system, here.anna.id, [await add()]);
    const [there = ""] = await idsOf(here.anna.ctx, inAlbum);
    await offer(inAlbum.id, there);
    const mine = await add();
    await offer(id, mine, await add({ trashedAt: NOW }), await add({ trashedAt: NOW, purgedAt: NOW }));
    const film = await add({ kind: "video", heldBy: newId() });
    await offer(id, await add({ kind: "sidecar" }), await add({ kind: "video", state: "stored", heldBy: newId() }), film);
    expect(await idsOf(here.anna.ctx, held)).toEqual([film, mine]);
    // The banners count what the list shows.
    const told = (await Guest.held(here.anna.ctx, id)).map((each) => [each.id, each.isVideo]);
    expect(told).toEqual([
      [mine, false],
      [film, true],
    ]);
    expect(await idsOf((await addPerson(here.system, `Ben${newId()}`)).ctx, held)).toEqual([]);
  });

  it("has what is locked where nobody looks over their shoulder", async () => {
    const id = await anAlbum();
    const [mine, sent] = [await add(), await add({ heldBy: newId() })];
    await offer(id, mine, sent);
    for (const each of [mine, sent]) await mark(here.system, each, { lockedAt: NOW });
    expect([await idsOf(here.anna.ctx, held), (await items(here.anna.ctx, held, [mine, sent])).id]).toEqual([[], []]);
    expect(await idsOf(unlocked(here.anna.ctx), held)).toEqual([sent, mine]);
  });
});
