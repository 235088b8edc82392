import { AppError, type Ctx, newId } from "#kernel";
import { useDatabase } from "@tintype/test/database";
import { addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { beforeEach, describe, expect, it } from "vitest";
import { getOwned, inState, isThere, undefinedWhen } from "./life.ts";
import { upload } from "./upload.sql.ts";

const database = useDatabase();
const store = useStore();

let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  anna = await addPerson(system, "Anna");
});

describe("an upload", () => {
  it("is its owner's; to anyone else it is not there", async () => {
    const { uploadId } = await planOne(anna.ctx, fileOf("hers"));
    const ben = await addPerson(system, "Ben");
    expect(await getOwned(anna.ctx, uploadId)).toMatchObject({ id: uploadId, ownerId: anna.id });
    await expect(getOwned(ben.ctx, uploadId)).rejects.toMatchObject({ code: "not_found" });
    await expect(getOwned(anna.ctx, newId())).rejects.toMatchObject({ code: "not_found" });
  });

  it("is moved on only from the state in which it was seen", async () => {
    const { uploadId } = await planOne(anna.ctx, fileOf("raced"));
    const seen = await getOwned(anna.ctx, uploadId);
    await system.db.update(upload).set({ state: "committed" }).where(inState(seen));
    await system.db.update(upload).set({ state: "expired" }).where(inState(seen));
    expect((await getOwned(anna.ctx, uploadId)).state).toBe("committed");
  });
});

describe("asking the store", () => {
  it("whether something is there knows a missing object from a store that does not answer", async () => {
    await store().put("library/x/there", new Uint8Array(1), { type: "image/jpeg" });
    expect([await isThere(system, "library/x/there"), await isThere(system, "library/x/not-there")]).toEqual([true, false]);
    const down = { ...system.store, head: () => Promise.reject(new AppError("storage_unavailable", "down")) };
    await expect(isThere({ ...system, store: down }, "library/x/there")).rejects.toMatchObject({ code: "storage_unavailable" });
  });

  it("takes one kind of failure for an answer, and no other", () => {
    expect(undefinedWhen("gone")(new AppError("gone", "x"))).toBeUndefined();
    expect(() => undefinedWhen("gone")(new AppError("conflict", "x"))).toThrow(AppError);
    expect(() => undefinedWhen("gone")(new Error("bug"))).toThrow("bug");
  });
});
