import * as Asset from "@tintype/core/asset";
import { asset } from "@tintype/core/asset/table";
import { type Ctx, newId } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { originals } from "@tintype/core/admin";
import { mark } from "@tintype/core/mark";
import * as Reference from "@tintype/core/reference";
import * as Trash from "@tintype/core/trash";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { adoptKind, askForAdoption } from "../../packages/functions/src/jobs/reference.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { sweepLibrary } from "../../packages/functions/src/jobs/sweep.ts";
import { DATABASES } from "../support/databases.ts";
import { drain, rowAt, uploaded } from "../support/ingest.ts";
import { type Library, openLibraryOn } from "../support/library.ts";
import { addPerson } from "../support/person.ts";
import { type RunningStore, SETTING, STORES } from "../support/stores.ts";

/** Each store with a database, so that each of both is seen. */
const PAIRS = STORES.map((store, i) => ({ store, database: DATABASES[i % DATABASES.length]!, name: store.name }));

describe.each(PAIRS)("photos that others have saved, on $name", { timeout: 60_000 }, ({ store, database }) => {
  let running: RunningStore;
  let open: OpenDatabase;
  let library: Omit<Library, "folder">;
  let system: Ctx;
  beforeAll(async () => {
    [running, open] = await Promise.all([store.start(), database.open()]);
    await setUpStore(running.options, SETTING);
    library = await openLibraryOn(open, { ...running.options, pins: async () => true });
    ({ system } = library);
  });
  afterAll(async () => {
    await library.close();
    await Promise.all([running.stop(), open.close()]);
  });

  const ofPerson = async (id: string) => (await system.db.select().from(asset).where(eq(asset.ownerId, id)))[0]!;
  const textOf = async (url: string | null) => (url === null ? null : (await fetch(url)).text());

  it("outlive the giver's deletion for good, for two savers and through kills", async () => {
    const key = await uploaded(library as Library, "given.txt", "what was given");
    const source = (await rowAt(system, key))!;
    const [ben, cleo] = [await addPerson(system, "Ben"), await addPerson(system, "Cleo")];
    for (const { ctx } of [ben, cleo]) expect(await Reference.add(ctx, [source.id])).toMatchObject({ saved: [source.id] });
    expect((await Asset.get(library.owner.ctx, source.id)).references).toBe(2);
    const references = async () => (await system.db.select().from(asset).where(eq(asset.sourceId, source.id))).length;
    const asDownload = async (ctx: Ctx, id: string) => textOf((await Asset.get(ctx, (await ofPerson(id)).id)).urls.download);
    expect(await asDownload(ben.ctx, ben.id)).toBe("what was given");
    // A whole round of the sweep misses nothing.
    await sweepLibrary(system);
    await drain(system);
    expect(await ofPerson(ben.id)).toMatchObject({ missing: false });

    await mark(library.owner.ctx, { ids: [source.id], ranges: [] }, { trashed: true }, newId());
    expect(await Trash.remove(library.owner.ctx, [source.id])).toBe(1);
    expect(await Trash.purge(system)).toBe(0);
    await askForAdoption(system);
    const jobs = await system.db.select().from(job).where(eq(job.kind, "adopt"));
    expect(jobs.length).toBe(2);
    const killed: Ctx = { ...system, queue: { ...system.queue, enqueue: () => Promise.reject(new Error("killed")) } };
    await expect(adoptKind.run(killed, jobs[0]!.payload, 1)).rejects.toThrow("killed");
    expect(await references()).toBe(2);
    expect(await Trash.purge(system)).toBe(0);
    for (const { payload } of jobs) await adoptKind.run(system, payload, 2);
    await drain(system);
    expect(await references()).toBe(0);
    expect(await Trash.purge(system)).toBe(1);
    expect([await rowAt(system, key), (await system.store.list(key)).objects]).toEqual([undefined, []]);
    for (const { id, ctx } of [ben, cleo]) {
      expect(await ofPerson(id)).toMatchObject({ sourceId: null, sourceKey: null, missing: false, state: "ready" });
      expect(await asDownload(ctx, id)).toBe("what was given");
    }
    expect(await originals(system)).toEqual({ there: 2, missing: [], changed: [] });
  });
});
