import { albumItem } from "#album/table";
import { asset } from "#asset/table";
import { job } from "#kernel/table";
import type { Ctx } from "#kernel";
import { mark } from "#mark";
import * as Guest from "#guest";
import type { ObjectStore } from "#storage";
import * as Trash from "#trash";
import * as Upload from "#upload";
import { upload } from "#upload/table";
import { drain, ingest, noPorts, putByHand } from "@tintype/test/ingest";
import { openLibrary, type Library } from "@tintype/test/library";
import { addAlbum, addLink, holding } from "@tintype/test/share";
import { fileOf, send } from "@tintype/test/upload";
import { desc } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { REST_MS } from "./inbox.ts";
import { look } from "./look.ts";
import { run } from "./run.ts";

/* Bytes that come by way of a staging place while the library has them already, and on its way out. */

const CONTENT = "GIF89a of which there is one";

let library: Library;
beforeEach(async () => {
  // What is dropped now is at rest.
  library = await openLibrary({ pins: false, aheadMs: REST_MS + 1000 });
});
afterEach(() => library.close());

const store = () => library.system.store;
const keys = async (prefix = "") => (await store().list(prefix)).objects.map(({ key }) => key);
const assets = () => library.system.db.select().from(asset).orderBy(asset.id);
const all = () => drain(library.system, library.ports);
const newestUpload = async () =>
  (await library.system.db.select().from(upload).orderBy(desc(upload.createdAt), desc(upload.id)).limit(1))[0]!;
const file = fileOf(CONTENT, { name: "again.gif", type: "image/gif" });

async function trash(id: string): Promise<void> {
  await mark(library.owner.ctx, { ids: [id], ranges: [] }, { trashed: true }, "019dd7a2-4f20-7000-8000-000000000001");
}

/** Begins to bring them by an owner's upload, before the library has them. Gives how to send it, and where it arrives. */
async function viaUpload(albumId?: string) {
  const [planned] = await Upload.plan(library.owner.ctx, [file], albumId);
  if (planned?.status !== "put") throw new Error(`is ${planned?.status}`);
  const { source } = await newestUpload();
  const bring = async () => {
    expect((await send(planned, CONTENT)).status).toBe(200);
    await Upload.complete(library.owner.ctx, planned.uploadId);
    return source!;
  };
  return { bring };
}

async function viaInbox() {
  return { bring: () => putByHand(library.system, "inbox/anna/again.gif", CONTENT) };
}

async function viaGuest() {
  const albumId = await addAlbum(library.system, library.owner.id);
  const { token } = await addLink(library.owner.ctx, albumId, { allowUpload: true });
  const guest = await holding(library.system, token);
  const [planned] = await Guest.plan(guest, [file], "Bob");
  if (planned?.status !== "put") throw new Error(`is ${planned?.status}`);
  const { source } = await newestUpload();
  const bring = async () => {
    expect((await send(planned, CONTENT)).status).toBe(200);
    await Guest.complete(guest, planned.uploadId);
    return source!;
  };
  return { bring };
}

/** The photo of these bytes, put there by hand. */
async function held(): Promise<typeof asset.$inferSelect> {
  await ingest(library.system, await putByHand(library.system, "library/anna/by-hand.gif", CONTENT));
  return (await assets())[0]!;
}

const WAYS = [
  ["an upload that is staged", () => viaUpload()],
  ["a file in the inbox", viaInbox],
  ["a guest's upload", viaGuest],
] as const;

describe.each(WAYS)("%s of bytes whose photo is being deleted for good", (_, via) => {
  it("waits until it is deleted, is not called safe before, and is then a photo of its own", async () => {
    const { bring } = await via();
    const old = await held();
    await trash(old.id);
    await Trash.remove(library.owner.ctx, [old.id]);
    const key = await bring();
    await expect(run(library.system, noPorts, { key })).rejects.toMatchObject({ code: "conflict" });
    expect(await keys(key)).toEqual([key]);
    expect((await library.system.db.select().from(upload)).filter(({ state }) => state === "committed")).toEqual([]);
    expect(await Trash.purge(library.system)).toBe(1);
    await library.system.db.delete(job);
    await look(library.system);
    await all();
    const [now, ...others] = await assets();
    expect([now?.id === old.id, now?.missing, now?.purgedAt, others]).toEqual([false, false, null, []]);
    expect(await keys()).toEqual([now!.key]);
  });

  it("is lost neither when that is decided while the photo is looked at", async () => {
    const { bring } = await via();
    const old = await held();
    await trash(old.id);
    const key = await bring();
    const get: ObjectStore["get"] = async (at, options) => {
      if (at === old.key) await Trash.remove(library.owner.ctx, [old.id]);
      return store().get(at, options);
    };
    const deciding: Ctx = { ...library.system, store: { ...store(), get } };
    await expect(run(deciding, noPorts, { key })).rejects.toMatchObject({ code: "conflict" });
    expect(await keys(key)).toEqual([key]);
    await Trash.purge(library.system);
    await look(library.system);
    await all();
    expect(await keys()).toEqual((await assets()).map((row) => row.key));
    expect(await assets()).toMatchObject([{ missing: false, purgedAt: null }]);
  });
});

it.each(WAYS.slice(0, 2))("%s of bytes whose photo is in the bin takes it out of there", async (_, via) => {
  const { bring } = await via();
  const old = await held();
  await trash(old.id);
  const key = await bring();
  expect(await run(library.system, noPorts, { key })).toEqual({ kind: "moved", assetId: old.id });
  expect(await assets()).toMatchObject([{ id: old.id, trashedAt: null }]);
  expect(await keys()).toEqual([old.key]);
});

it("an upload into an album of bytes that the library has got meanwhile is in that album", async () => {
  const albumId = await addAlbum(library.system, library.owner.id);
  const { bring } = await viaUpload(albumId);
  const old = await held();
  expect(await run(library.system, noPorts, { key: await bring() })).toEqual({ kind: "moved", assetId: old.id });
  const items = await library.system.db.select({ albumId: albumItem.albumId, assetId: albumItem.assetId }).from(albumItem);
  expect(items).toEqual([{ albumId, assetId: old.id }]);
});

it("what is left where an upload arrived, once that is safe, brings nothing back that was put into the bin since", async () => {
  const { bring } = await viaUpload();
  const key = await bring();
  await all();
  const [row] = await assets();
  await trash(row!.id);
  await putByHand(library.system, key, CONTENT);
  expect(await run(library.system, noPorts, { key })).toEqual({ kind: "moved", assetId: row!.id });
  expect(await assets()).toMatchObject([{ trashedAt: expect.any(Date) }]);
});
