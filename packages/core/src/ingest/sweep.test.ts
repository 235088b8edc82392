import { asset } from "#asset/table";
import { AppError, type Ctx } from "#kernel";
import { job } from "#kernel/table";
import type { ListedObject } from "#storage";
import { upload } from "#upload/table";
import { putByHand } from "@tintype/test/ingest";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { writeLedger } from "./ledger.ts";
import { sweep, unknown } from "./sweep.ts";

const object = (key: string, etag = "e"): ListedObject => ({ key, etag, size: 1, lastModified: new Date() });

describe("a page of the listing", () => {
  const handles = new Set(["anna"]);
  const settled = { verify: 1 };
  it.each([
    ["an object that nothing is known of", [object("library/anna/a")], {}, ["library/anna/a"]],
    ["an asset as it is", [object("library/anna/a")], { assets: [{ key: "library/anna/a", etag: "e" }] }, []],
    [
      "an asset that was overwritten",
      [object("library/anna/a", "f")],
      { assets: [{ key: "library/anna/a", etag: "e" }] },
      ["library/anna/a"],
    ],
    ["a copy that was settled", [object("library/anna/a")], { ledger: [{ key: "library/anna/a", etag: "e", steps: settled }] }, []],
    [
      "a copy that was settled in another version",
      [object("library/anna/a", "f")],
      { ledger: [{ key: "library/anna/a", etag: "e", steps: settled }] },
      ["library/anna/a"],
    ],
    [
      "an object settled by an older program",
      [object("library/anna/a")],
      { ledger: [{ key: "library/anna/a", etag: "e", steps: {} }] },
      ["library/anna/a"],
    ],
    ["an object in nobody's folder", [object("library/nobody/a")], {}, []],
    ["a folder marker", [object("library/anna/2024/")], {}, []],
    ["nothing", [], {}, []],
  ])("with %s", (_, objects, known, keys) => {
    expect(unknown(objects, { assets: [], ledger: [], handles, ...known })).toEqual(keys);
  });
});

describe("a sweep", () => {
  const database = useDatabase();
  const store = useStore();
  let system: Ctx;
  let anna: Awaited<ReturnType<typeof addPerson>>;
  let time: Date;

  beforeEach(async () => {
    time = new Date("2026-03-04T05:06:07Z");
    system = systemOn(database(), { store: store(), now: () => time });
    const { objects } = await store().list("library/");
    await store().remove(objects.map(({ key }) => key));
    anna = await addPerson(system, "Anna");
  });

  const hinted = async () =>
    new Set((await system.db.select({ key: job.dedupe }).from(job).where(eq(job.kind, "ingest"))).map(({ key }) => key));
  const later = (ms: number) => (time = new Date(time.getTime() + ms));

  it("hints what was put there by hand, and what was overwritten, but not what is known", async () => {
    const key = await putByHand(system, "library/anna/new.jpg", "new");
    const known = await putByHand(system, "library/anna/known.jpg", "known");
    const { etag } = await store().head(known);
    await addAsset(system, anna.id, "2024-01-01T00:00:00", { key: known, etag });
    const copy = await putByHand(system, "library/anna/copy.jpg", "known");
    await writeLedger(system, copy, etag, { verify: 1 });
    expect(await sweep(system)).toEqual({ listed: 3, hinted: 1, isComplete: true });
    expect(await hinted()).toEqual(new Set([key]));
  });

  it("goes on where it stopped, and begins anew some time after the end", async () => {
    for (const name of ["a", "b", "c"]) await putByHand(system, `library/anna/${name}.jpg`, name);
    const small: Ctx = {
      ...system,
      store: { ...store(), list: (prefix, options) => store().list(prefix, { ...options, limit: Math.min(options?.limit ?? 1, 1) }) },
    };
    expect(await sweep(small, { pages: 2 })).toEqual({ listed: 2, hinted: 2, isComplete: false });
    expect(await sweep(small, { pages: 2 })).toMatchObject({ listed: 1, hinted: 1, isComplete: true });
    expect((await hinted()).size).toBe(3);
    expect(await sweep(small)).toEqual({ listed: 1, hinted: 0, isComplete: true });
    later(11 * 60_000);
    expect(await sweep(small)).toMatchObject({ listed: 3, hinted: 3 });
  });

  it("hints assets that were stored and not read, and uploads that were confirmed and not committed, for more than a minute", async () => {
    await putByHand(system, "library/other/x.jpg", "x");
    await addAsset(system, anna.id, "2024-01-01T00:00:00", { key: "library/anna/late.jpg", state: "stored", updatedAt: time });
    const { uploadId } = await planOne(anna.ctx, fileOf("confirmed"));
    await system.db.update(upload).set({ state: "received", createdAt: time }).where(eq(upload.id, uploadId));
    expect((await sweep(system)).hinted).toBe(0);
    later(61_000);
    expect((await sweep(system)).hinted).toBe(2);
    expect(await hinted()).toContain("library/anna/late.jpg");
  });

  it("concludes nothing from an empty listing", async () => {
    await addAsset(system, anna.id, "2024-01-01T00:00:00", { state: "stored", updatedAt: new Date(0) });
    expect(await sweep(system)).toEqual({ listed: 0, hinted: 0, isComplete: true });
    expect((await hinted()).size).toBe(0);
    expect(await system.db.select().from(asset)).toHaveLength(1);
  });

  it("that cannot list throws, and goes on from the same place next time", async () => {
    await putByHand(system, "library/anna/a.jpg", "a");
    const away: Ctx = { ...system, store: { ...store(), list: () => Promise.reject(new AppError("storage_unavailable", "away")) } };
    await expect(sweep(away)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect((await sweep(system)).hinted).toBe(1);
  });

  it("is the service's alone", async () => {
    await expect(sweep(anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });
});
