import * as Album from "#album";
import { albumItem } from "#album/table";
import * as Audit from "#audit";
import * as Mark from "#mark";
import * as Trash from "#trash";
import { useAnna } from "@tintype/test/anna";
import { assetsOf, bring, guestOf, type GuestWorld, picture } from "@tintype/test/guest";
import { ingest, putByHand } from "@tintype/test/ingest";
import { unlocked } from "@tintype/test/marked";
import { addPerson } from "@tintype/test/person";
import { addAlbum } from "@tintype/test/share";
import { useStore } from "@tintype/test/store";
import { beforeEach, describe, expect, it } from "vitest";
import { removeAlbum } from "./album.ts";
import { decide, held } from "./held.ts";
import { undo } from "./undo.ts";

const TOKEN = "019dd7a2-4f20-7000-8000-000000000001";
const OTHER = "019dd7a2-4f20-7000-8000-000000000002";

const store = useStore();
const here = useAnna(() => ({ store: store() }));
let world: GuestWorld;
beforeEach(async () => {
  world = await guestOf(here.system, here.anna);
});

const assets = () => assetsOf(here.system);
const items = () => here.system.db.select({ assetId: albumItem.assetId }).from(albumItem);
const waiting = () => held(here.anna.ctx, world.albumId);
const back = (token = TOKEN) => undo(here.anna.ctx, world.albumId, token);
const decided = (ids: readonly string[], accept: boolean, token = TOKEN) => decide(here.anna.ctx, world.albumId, ids, accept, token);
const mark = (id: string, change: Mark.Change) => Mark.mark(here.anna.ctx, { ids: [id], ranges: [] }, change, OTHER);

async function brought(count: number): Promise<string[]> {
  await bring(
    here.system,
    world.guest,
    Array.from({ length: count }, () => picture()),
  );
  return (await waiting()).map(({ id }) => id);
}

/** A photo of Anna's own, which a guest has sent too. */
async function offered(content = picture()): Promise<string> {
  await ingest(here.system, await putByHand(here.system, `library/anna/${content.replaceAll(/\W/gu, "")}.gif`, content));
  await bring(here.system, world.guest, [content]);
  return (await waiting()).at(-1)!.id;
}

describe.each([
  ["accepted", true],
  ["declined", false],
])("what was %s", (_, accept) => {
  it("waits again as it waited, all of it, once", async () => {
    const ids = await brought(3);
    const [before, states] = [await waiting(), await assets()];
    expect(await decided(ids.slice(0, 2), accept)).toBe(2);
    expect(await decided(ids.slice(2), accept)).toBe(1);
    expect(await waiting()).toEqual([]);
    expect(await back()).toBe(3);
    expect([await waiting(), await items()]).toEqual([before, []]);
    expect((await assets()).map(({ heldBy, trashedAt }) => [heldBy, trashedAt])).toEqual(states.map(() => [world.linkId, null]));
    const { entries } = await Audit.list(here.anna.ctx);
    expect(entries[0]).toMatchObject({ action: "guest.undo", details: { photos: 3 } });
    expect(await decided(ids, accept, OTHER)).toBe(3);
    expect(await back()).toBe(0);
    expect(await waiting()).toEqual([]);
  });

  it("and was its owner's before waits again, and is theirs as before", async () => {
    const id = await offered();
    const [before, states] = [await waiting(), await assets()];
    expect(await decided([id], accept)).toBe(1);
    expect(await back()).toBe(1);
    expect([await waiting(), await items(), await assets()]).toEqual([before, [], states]);
  });

  it("stays so when the album is gone, or for whom it is not", async () => {
    const ids = await brought(1);
    await decided(ids, accept);
    const bea = await addPerson(here.system, "Bea");
    await expect(undo(bea.ctx, world.albumId, TOKEN)).rejects.toMatchObject({ code: "not_found" });
    const other = await addAlbum(here.system, here.anna.id);
    expect(await undo(here.anna.ctx, other, TOKEN)).toBe(0);
    expect(await Mark.undo(here.anna.ctx, TOKEN)).toEqual({ changed: 0 });
    const states = await assets();
    await removeAlbum(here.anna.ctx, world.albumId);
    await expect(back()).rejects.toMatchObject({ code: "not_found" });
    expect(await assets()).toEqual(states);
  });

  it("and locked since waits for who has shown who they are", async () => {
    const [a, b] = await brought(2);
    await decided([a!, b!], accept);
    await mark(a!, { locked: true });
    expect(await back()).toBe(1);
    expect((await waiting()).map(({ id }) => id)).toEqual([b]);
    const states = await assets();
    // It was moved, and is left alone.
    expect(await undo(unlocked(here.anna.ctx), world.albumId, TOKEN)).toBe(0);
    expect(await assets()).toEqual(states);
  });
});

type Since = (id: string) => Promise<unknown>;
const intoAnother: Since = async (id) => {
  const another = await addAlbum(here.system, here.anna.id);
  await Album.add(here.anna.ctx, another, { ids: [id], ranges: [] });
};
const forGood: Since = async (id) => {
  await mark(id, { trashed: true });
  await Trash.remove(here.anna.ctx, [id]);
};

it.each<[string, boolean, Since]>([
  ["taken out of the album", true, (id) => Album.take(here.anna.ctx, world.albumId, [id])],
  ["put into another album", true, intoAnother],
  ["archived", true, (id) => mark(id, { archived: true })],
  ["put into the bin", true, (id) => mark(id, { trashed: true })],
  ["deleted for good", true, forGood],
  ["taken out of the bin", false, (id) => mark(id, { trashed: false })],
  ["deleted for good", false, forGood],
])("what was %s since is left alone (accepted: %s)", async (_, accept, since) => {
  const [a, b] = await brought(2);
  await decided([a!, b!], accept);
  await since(a!);
  const [before] = await assets();
  const inside = (await items()).filter(({ assetId }) => assetId === a);
  expect(await back()).toBe(1);
  expect((await waiting()).map(({ id }) => id)).toEqual([b]);
  expect((await assets())[0]).toEqual(before);
  expect(await items()).toEqual(inside);
});

it("what was sent, and decided on, again since is left alone", async () => {
  const own = picture();
  const id = await offered(own);
  await decided([id], false);
  await bring(here.system, world.guest, [own]);
  expect(await decide(here.anna.ctx, world.albumId, [id], true)).toBe(1);
  expect(await back()).toBe(0);
  const content = picture();
  await bring(here.system, world.guest, [content]);
  const [sent] = await waiting();
  await decided([sent!.id], false);
  await bring(here.system, world.guest, [content]);
  const again = await waiting();
  expect([again.length, await back(), await waiting()]).toEqual([1, 0, again]);
});

it("what waited at another album too, and went on waiting there, waits at both again", async () => {
  const other = await guestOf(here.system, here.anna);
  const content = picture();
  await bring(here.system, world.guest, [content]);
  await bring(here.system, other.guest, [content]);
  const [before] = await assets();
  await decided([before!.id], false);
  expect(await back()).toBe(1);
  expect([(await waiting()).length, (await held(here.anna.ctx, other.albumId)).length]).toEqual([1, 1]);
  expect(await assets()).toMatchObject([{ heldBy: before!.heldBy, trashedAt: null }]);
});

it("what is accepted comes to the end of the album, and what is a favourite since waits all the same", async () => {
  const [a] = await brought(1);
  await decided([a!], true);
  const [b] = await brought(1);
  await decided([b!], true, OTHER);
  const rows = await here.system.db.select().from(albumItem).orderBy(albumItem.position);
  expect(rows).toMatchObject([
    { assetId: a, position: 1, addedBy: null },
    { assetId: b, position: 2, addedBy: null },
  ]);
  await mark(a!, { favourite: true });
  expect(await back()).toBe(1);
  expect(await items()).toEqual([{ assetId: b }]);
});
