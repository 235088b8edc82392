import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { describe, expect, it } from "vitest";
import { getOwned, inState } from "./life.ts";
import { upload } from "./upload.sql.ts";

const store = useStore();

const here = useAnna(() => ({ store: store() }));

describe("an upload", () => {
  it("is its owner's; to anyone else it is not there", async () => {
    const { uploadId } = await planOne(here.anna.ctx, fileOf("hers"));
    const ben = await addPerson(here.system, "Ben");
    expect(await getOwned(here.anna.ctx, uploadId)).toMatchObject({ id: uploadId, ownerId: here.anna.id });
    await expect(getOwned(ben.ctx, uploadId)).rejects.toMatchObject({ code: "not_found" });
    await expect(getOwned(here.anna.ctx, newId())).rejects.toMatchObject({ code: "not_found" });
  });

  it("is moved on only from the state in which it was seen", async () => {
    const { uploadId } = await planOne(here.anna.ctx, fileOf("raced"));
    const seen = await getOwned(here.anna.ctx, uploadId);
    await here.system.db.update(upload).set({ state: "committed" }).where(inState(seen));
    await here.system.db.update(upload).set({ state: "expired" }).where(inState(seen));
    expect((await getOwned(here.anna.ctx, uploadId)).state).toBe("committed");
  });
});
