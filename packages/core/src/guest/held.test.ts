import { albumItem } from "#album/table";
import type { Ctx } from "#kernel";
import { mark } from "#mark";
import * as Trash from "#trash";
import * as Upload from "#upload";
import { useAnna } from "@tintype/test/anna";
import { assetsOf, bring, gifOf, guestOf, picture } from "@tintype/test/guest";
import { ingest, putByHand } from "@tintype/test/ingest";
import { unlocked } from "@tintype/test/marked";
import { addAlbum } from "@tintype/test/share";
import { useStore } from "@tintype/test/store";
import { describe, expect, it } from "vitest";
import { decide, held } from "./held.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));
let tokens = 100_000_000_000;

const aGuest = () => guestOf(here.system, here.anna);
const assets = () => assetsOf(here.system);
const items = () => here.system.db.select({ albumId: albumItem.albumId, assetId: albumItem.assetId }).from(albumItem);
const set = (id: string, change: Parameters<typeof mark>[2], ctx = here.anna.ctx) =>
  mark(ctx, { ids: [id], ranges: [] }, change, `019dd7a2-4f20-7000-8000-${++tokens}`);

/** A photo of Anna's own with these bytes. */
async function own(content: string): Promise<string> {
  await ingest(here.system, await putByHand(here.system, `library/anna/${content.replaceAll(/\W/gu, "")}.gif`, content));
  return (await assets()).at(-1)!.id;
}

const brought = (guest: Ctx, content: string) => bring(here.system, guest, [content]);

describe("what a guest sends and its owner has already", () => {
  it("waits as any other, the owner's photo stays what it is meanwhile, and is in the album when it is taken", async () => {
    const { guest, albumId } = await aGuest();
    const content = picture();
    const id = await own(content);
    const before = await assets();
    await brought(guest, content);
    expect(await assets()).toEqual(before);
    expect(await held(here.anna.ctx, albumId)).toMatchObject([{ id, guestName: "Uncle Bob" }]);
    expect(await items()).toEqual([]);
    expect(await decide(here.anna.ctx, albumId, [id], true)).toBe(1);
    expect([await items(), await held(here.anna.ctx, albumId)]).toEqual([[{ albumId, assetId: id }], []]);
    await brought(guest, content);
    expect(await held(here.anna.ctx, albumId)).toEqual([]);
  });

  it("is not put into the bin when it is declined", async () => {
    const { guest, albumId } = await aGuest();
    const content = picture();
    const id = await own(content);
    await brought(guest, content);
    expect(await decide(here.anna.ctx, albumId, [id], false)).toBe(1);
    expect([await assets(), await held(here.anna.ctx, albumId), await items()]).toMatchObject([[{ id, trashedAt: null }], [], []]);
  });

  it.each([
    ["and in the album when it is taken", true],
    ["and there again when it is declined", false],
  ])("in the bin it waits as if it were new, %s", async (_, accept) => {
    const { guest, albumId, linkId } = await aGuest();
    const content = picture();
    const id = await own(content);
    await set(id, { trashed: true });
    await brought(guest, content);
    expect(await assets()).toMatchObject([{ id, trashedAt: null, heldBy: linkId }]);
    expect(await held(here.anna.ctx, albumId)).toMatchObject([{ id }]);
    await decide(here.anna.ctx, albumId, [id], accept);
    expect(await assets()).toMatchObject([{ id, trashedAt: accept ? null : expect.any(Date), heldBy: null }]);
    expect(await items()).toEqual(accept ? [{ albumId, assetId: id }] : []);
  });

  it("and has locked waits where nobody looks over their shoulder", async () => {
    const { guest, albumId } = await aGuest();
    const content = picture();
    const id = await own(content);
    await set(id, { locked: true });
    await set(id, { trashed: true }, unlocked(here.anna.ctx));
    await brought(guest, content);
    expect(await held(here.anna.ctx, albumId)).toEqual([]);
    expect(await decide(here.anna.ctx, albumId, [id], true)).toBe(0);
    expect(await held(unlocked(here.anna.ctx), albumId)).toMatchObject([{ id }]);
    expect(await decide(unlocked(here.anna.ctx), albumId, [id], false)).toBe(1);
    expect(await assets()).toMatchObject([{ trashedAt: expect.any(Date), lockedAt: expect.any(Date) }]);
  });

  it("of which the original had gone gives it back, and waits", async () => {
    const { guest, albumId } = await aGuest();
    const content = picture();
    const id = await own(content);
    const [{ key } = { key: "" }] = await assets();
    await store().remove([key]);
    await ingest(here.system, key);
    await brought(guest, content);
    expect(await assets()).toMatchObject([{ id, missing: false, heldBy: null, trashedAt: null }]);
    expect(await held(here.anna.ctx, albumId)).toMatchObject([{ id }]);
  });
});

describe("what the owner brings and a guest has sent", () => {
  it("is theirs at once, in the album that they bring it into, and is no more lost when the guest's is declined", async () => {
    const { guest, albumId } = await aGuest();
    const content = picture();
    await brought(guest, content);
    const [{ id } = { id: "" }] = await assets();
    const mine = await addAlbum(here.system, here.anna.id);
    expect(await Upload.plan(here.anna.ctx, [gifOf(content)], mine)).toEqual([{ status: "have", assetId: id }]);
    expect([await assets(), await items()]).toMatchObject([[{ id, heldBy: null, guestName: null }], [{ albumId: mine, assetId: id }]]);
    await decide(here.anna.ctx, albumId, [id], false);
    expect(await assets()).toMatchObject([{ id, trashedAt: null }]);
  });

  it("is theirs also when it comes to another place of their folder", async () => {
    const { guest } = await aGuest();
    const content = picture();
    await brought(guest, content);
    expect(await ingest(here.system, await putByHand(here.system, `library/anna/mine-${content.length}.gif`, content))).toMatchObject({
      kind: "duplicate",
    });
    expect(await assets()).toMatchObject([{ heldBy: null }]);
  });
});

describe("a decision", () => {
  it("is not about what lies in the bin or goes for good", async () => {
    const { guest, albumId } = await aGuest();
    await brought(guest, picture());
    const [{ id } = { id: "" }] = await assets();
    await set(id, { trashed: true });
    expect([await held(here.anna.ctx, albumId), await decide(here.anna.ctx, albumId, [id], true)]).toEqual([[], 0]);
    await Trash.remove(here.anna.ctx, [id]);
    expect(await decide(here.anna.ctx, albumId, [id], true)).toBe(0);
    expect([await assets(), await items()]).toMatchObject([[{ id, purgedAt: expect.any(Date) }], []]);
  });

  it("at one album leaves it to the other one to which it was sent too", async () => {
    const [one, two] = [await aGuest(), await aGuest()];
    const content = picture();
    await brought(one.guest, content);
    await brought(two.guest, content);
    const [{ id } = { id: "" }] = await assets();
    expect(await decide(here.anna.ctx, one.albumId, [id], false)).toBe(1);
    expect(await held(here.anna.ctx, one.albumId)).toEqual([]);
    expect([await assets(), await held(here.anna.ctx, two.albumId)]).toMatchObject([[{ trashedAt: null, heldBy: one.linkId }], [{ id }]]);
    expect(await decide(here.anna.ctx, two.albumId, [id], false)).toBe(1);
    expect(await assets()).toMatchObject([{ trashedAt: expect.any(Date), heldBy: null }]);
  });
});
