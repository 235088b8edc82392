import { user } from "#account/table";
import * as Asset from "#asset";
import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import { mark } from "#mark";
import * as Reference from "#reference";
import { TOKEN } from "@tintype/test/marked";
import { type Library, openLibrary } from "@tintype/test/library";
import { drain } from "@tintype/test/ingest";
import { addPerson } from "@tintype/test/person";
import { plainPicture } from "@tintype/test/picture";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { remove } from "./doom.ts";
import { purge } from "./purge.ts";

let library: Library;
let system: Ctx;
let ben: Awaited<ReturnType<typeof addPerson>>;
let shade = 0;
beforeAll(async () => {
  library = await openLibrary();
  ({ system } = library);
  ben = await addPerson(system, "Ben");
});
afterAll(() => library.close());

const rowOf = async (id: string) => (await system.db.select().from(asset).where(eq(asset.id, id)))[0];
const keysAt = async (key: string) => (await system.store.list(key)).objects.length;
const bytesOf = async (url: string | null) => new Uint8Array(await (await fetch(url!)).arrayBuffer());

/** Deletes photos for good, as their owner does it. */
async function deleteForGood(ctx: Ctx, ...ids: string[]): Promise<void> {
  await mark(ctx, { ids, ranges: [] }, { trashed: true }, TOKEN);
  expect(await remove(ctx, ids)).toBe(ids.length);
}

async function photo(): Promise<{ id: string; key: string; bytes: Uint8Array }> {
  const bytes = Uint8Array.from(await plainPicture((shade += 10)));
  const key = await library.send(`given-${shade}.png`, bytes);
  await library.ingest(key);
  const [row] = await system.db.select().from(asset).where(eq(asset.key, key));
  return { id: row!.id, key, bytes };
}

/** The reference that somebody has to it now. */
async function savedBy({ id, ctx }: { id: string; ctx: Ctx }, sourceId: string): Promise<string> {
  expect(await Reference.add(ctx, [sourceId])).toMatchObject({ saved: [sourceId] });
  const mine = and(eq(asset.ownerId, id), eq(asset.sourceId, sourceId));
  return (await system.db.select({ id: asset.id }).from(asset).where(mine))[0]!.id;
}

/** Does all that was asked to be copied, and reads it. */
async function copyAll(): Promise<void> {
  await Reference.askForDue(system);
  const asked = await system.db.select().from(job).where(eq(job.kind, "adopt"));
  await system.db.delete(job);
  for (const { payload } of asked) {
    const { assetId } = payload as { assetId: string };
    await Reference.adopt(system, assetId);
    await library.ingest((await rowOf(assetId))!.key);
  }
}

describe("photos that somebody else has saved, and whoever gave them deletes for good", () => {
  it("stay until each who saved them has a copy, which then opens byte for byte, with pictures of its own", async () => {
    const given = await photo();
    const cleo = await addPerson(system, "Cleo");
    const mine = [await savedBy(ben, given.id), await savedBy(cleo, given.id)];
    await deleteForGood(library.owner.ctx, given.id);
    expect(await purge(system)).toBe(0);
    expect(await bytesOf((await Asset.get(ben.ctx, mine[0]!)).urls.download)).toEqual(given.bytes);
    await copyAll();
    expect(await purge(system)).toBe(1);
    expect([await rowOf(given.id), await keysAt(given.key)]).toEqual([undefined, 0]);
    for (const [i, { ctx }] of [ben, cleo].entries()) {
      const { urls, isReference, state } = await Asset.get(ctx, mine[i]!);
      expect({ isReference, state }).toEqual({ isReference: false, state: "ready" });
      expect(await bytesOf(urls.download)).toEqual(given.bytes);
      expect((await fetch(urls.thumb!)).status).toBe(200);
    }
  });

  it("can be lost by nobody while they are copied: a purge in between takes nothing", async () => {
    const given = await photo();
    const mine = await savedBy(ben, given.id);
    await deleteForGood(library.owner.ctx, given.id);
    const between: Ctx = {
      ...system,
      store: {
        ...system.store,
        copy: async (...copy) => {
          expect(await purge(system)).toBe(0);
          const made = await system.store.copy(...copy);
          expect(await purge(system)).toBe(0);
          return made;
        },
      },
    };
    await Reference.adopt(between, mine);
    expect(await purge(system)).toBe(0);
    await library.ingest((await rowOf(mine))!.key);
    expect(await purge(system)).toBe(1);
    expect(await bytesOf((await Asset.get(ben.ctx, mine)).urls.download)).toEqual(given.bytes);
  });

  it("outlive their giver's account", async () => {
    const cleo = await addPerson(system, "Cleo II");
    const given = await photo();
    await system.db.update(asset).set({ ownerId: cleo.id }).where(eq(asset.id, given.id));
    const mine = await savedBy(ben, given.id);
    await system.db.delete(user).where(eq(user.id, cleo.id));
    expect(await rowOf(mine)).toMatchObject({ sourceId: null, sourceKey: given.key, missing: false });
    expect(await bytesOf((await Asset.get(ben.ctx, mine)).urls.download)).toEqual(given.bytes);
    await copyAll();
    expect(await rowOf(mine)).toMatchObject({ sourceKey: null, state: "ready" });
    expect(await bytesOf((await Asset.get(ben.ctx, mine)).urls.download)).toEqual(given.bytes);
  });
});

describe("a reference that its owner deletes for good", () => {
  it("goes alone: what it referred to stays with its giver, and can be saved again", async () => {
    const given = await photo();
    const mine = await savedBy(ben, given.id);
    await deleteForGood(ben.ctx, mine);
    expect(await Reference.add(ben.ctx, [given.id])).toMatchObject({ missing: [given.id] });
    expect(await purge(system)).toBe(1);
    expect(await rowOf(mine)).toBeUndefined();
    const { urls, references } = await Asset.get(library.owner.ctx, given.id);
    expect(references).toBe(0);
    expect(await bytesOf(urls.download)).toEqual(given.bytes);
    expect((await fetch(urls.thumb!)).status).toBe(200);
    expect(await savedBy(ben, given.id)).not.toBe(mine);
  });

  it("lets its source go uncopied when that is deleted as well", async () => {
    const given = await photo();
    const mine = await savedBy(ben, given.id);
    await deleteForGood(ben.ctx, mine);
    await deleteForGood(library.owner.ctx, given.id);
    expect(await Reference.askForDue(system)).toBe(0);
    await purge(system);
    await purge(system);
    expect([await rowOf(given.id), await rowOf(mine), await keysAt(given.key)]).toEqual([undefined, undefined, 0]);
  });

  it("takes the copy along that was just made of it, and does not come back", async () => {
    const given = await photo();
    const mine = await savedBy(ben, given.id);
    const { key } = (await rowOf(mine))!;
    await deleteForGood(library.owner.ctx, given.id);
    await Reference.adopt(system, mine);
    await deleteForGood(ben.ctx, mine);
    await system.db.delete(job);
    expect(await purge(system)).toBe(0);
    expect(await drain(system)).not.toEqual([]);
    await purge(system);
    await purge(system);
    expect([await rowOf(mine), await rowOf(given.id), await keysAt(key), await keysAt(given.key)]).toEqual([undefined, undefined, 0, 0]);
  });

  it("while it is copied leaves no copy behind", async () => {
    const given = await photo();
    const mine = await savedBy(ben, given.id);
    const { key } = (await rowOf(mine))!;
    await deleteForGood(library.owner.ctx, given.id);
    const meanwhile: Ctx = {
      ...system,
      store: {
        ...system.store,
        copy: async (...copy) => {
          await deleteForGood(ben.ctx, mine);
          expect(await purge(system)).toBe(1);
          return system.store.copy(...copy);
        },
      },
    };
    await Reference.adopt(meanwhile, mine);
    expect(await keysAt(key)).toBe(0);
  });
});
