import { AppError, type Ctx } from "@tintype/core/kernel";
import {
  type Capabilities,
  canPin,
  CHECKS,
  DUTIES,
  readCapabilities,
  type SetUp,
  STORAGE_JOB,
  writeCapabilities,
} from "@tintype/core/storage";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { job, setting } from "@tintype/core/kernel/table";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { createQueue } from "../adapters/queue-postgres.ts";
import { askForStorage, storageKind } from "./storage.ts";

const each = (names: object, value: unknown) => Object.fromEntries(Object.keys(names).map((name) => [name, value]));

const FOUND: Capabilities = {
  checkedAt: "2026-11-29T02:00:00.000Z",
  server: "MinIO",
  checks: each(CHECKS, { answer: "yes", detail: "" }) as Capabilities["checks"],
};
const OUTCOMES = each(DUTIES, { state: "needs", detail: "", lines: ["TOKEN=secret"] }) as SetUp;

describe("a storage job", () => {
  const database = useDatabase();

  it("sets up first, then probes, and remembers both; what holds the token is not logged", async () => {
    const logged: unknown[] = [];
    const steps: string[] = [];
    const system = systemOn(database());
    const anna = await addPerson(system, "Anna");
    await addAsset(system, anna.id, "2026-11-01T10:00:00");
    const log: Ctx["log"] = { ...system.log, info: (...told) => void logged.push(told) };
    const setUp = async (files: number) => {
      steps.push(`set up for ${files} file`);
      return OUTCOMES;
    };
    const probe = async () => {
      steps.push("probe");
      return FOUND;
    };
    await storageKind({ setUp, probe }).run({ ...system, log }, {}, 1);
    expect(steps).toEqual(["set up for 1 file", "probe"]);
    const found = await readCapabilities(system);
    expect(found).toEqual({ ...FOUND, setUp: OUTCOMES });
    expect(canPin(found)).toBe(true);
    expect(JSON.stringify(logged)).toContain("MinIO");
    expect(JSON.stringify(logged)).not.toContain("TOKEN");
  });

  it("has the library looked through in a store that is new to it, once", async () => {
    const system = systemOn(database());
    const anna = await addPerson(system, "Anna");
    await addAsset(system, anna.id, "2026-11-01T10:00:00");
    const work = storageKind({ setUp: async () => OUTCOMES, probe: async () => FOUND });
    const asked = async (): Promise<number> => (await system.db.delete(job).where(eq(job.kind, "sweep")).returning()).length;
    await asked();
    await system.db.delete(setting);
    const counts: number[] = [];
    for (const place of ["minio", "minio", "versitygw"]) {
      const store = { ...system.store, place };
      await work.run({ ...system, store, queue: createQueue(system.db) }, {}, 1);
      counts.push(await asked());
    }
    expect(counts).toEqual([1, 0, 1]);
  });

  it("fails by the outage when the store is away, and what was known before stays", async () => {
    const system = systemOn(database());
    await writeCapabilities(system, FOUND);
    const away = async () => {
      throw new AppError("storage_unavailable", "away");
    };
    await expect(storageKind({ setUp: away, probe: away }).run(system, {}, 1)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(await readCapabilities(system)).toEqual(FOUND);
  });

  it("tells why there is nothing to probe, keeps what was found before, and how the set-up ended now", async () => {
    const system = systemOn(database());
    await writeCapabilities(system, FOUND);
    const away = async () => {
      throw new AppError("storage_unavailable", "NoSuchBucket");
    };
    const missing: SetUp = { ...OUTCOMES, bucket: { state: "needs", detail: "The index knows 3 files, but there is no bucket." } };
    const told = { code: "storage_unavailable", message: missing.bucket.detail };
    await expect(storageKind({ setUp: async () => missing, probe: away }).run(system, {}, 1)).rejects.toMatchObject(told);
    expect(await readCapabilities(system)).toEqual({ ...FOUND, setUp: missing });
  });

  it("is asked for once, however many processes start", async () => {
    const system = { ...systemOn(database()), queue: createQueue(database()) };
    await Promise.all([askForStorage(system), askForStorage(system)]);
    expect(await system.queue.claim([STORAGE_JOB.kind], 5, 1000)).toHaveLength(1);
  });
});
