import { newId } from "#kernel";
import * as Timeline from "#timeline";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { complete } from "./complete.ts";
import { commit, fail } from "./expected.ts";
import { status, view } from "./status.ts";
import { asset } from "#asset/table";
import { upload } from "./upload.sql.ts";

const store = useStore();

const here = useAnna(() => ({ store: store() }));

async function start(content: string): Promise<{ id: string; key: string }> {
  const { uploadId } = await planOne(here.anna.ctx, fileOf(content));
  const [row] = await here.system.db.select().from(upload).where(eq(upload.id, uploadId));
  return { id: uploadId, key: row!.key };
}

describe("where uploads stand", () => {
  it("is safe once the asset is committed, and shown from a revision once the timeline has it", async () => {
    const { id, key } = await start("safe");
    const now = async () => (await status(here.anna.ctx, [id]))[0];
    expect(await now()).toEqual({ id, state: "open", reason: null, assetId: null, safe: false, revision: null });
    await complete(here.anna.ctx, id);
    expect(await now()).toMatchObject({ state: "received", safe: false, revision: null });

    const localAt = "2024-06-05T04:03:02";
    const assetId = await addAsset(here.system, here.anna.id, localAt, { key, state: "stored" });
    await commit(here.system, key, assetId);
    expect(await now()).toMatchObject({ state: "committed", assetId, safe: true, revision: null });

    await here.system.db.update(asset).set({ state: "ready" }).where(eq(asset.id, assetId));
    await Timeline.touch(here.system, here.anna.id, [localAt]);
    expect(await now()).toMatchObject({ safe: true, revision: null });
    await Timeline.refresh(here.system, here.anna.id);
    expect(await now()).toMatchObject({ safe: true, revision: 1 });
  });

  it("tells the reason of a failure", async () => {
    const { id, key } = await start("fails");
    await fail(here.system, key, "The file changed while it was uploaded.");
    expect(await status(here.anna.ctx, [id])).toMatchObject([
      { state: "failed", safe: false, reason: "The file changed while it was uploaded." },
    ]);
    expect(await view(here.anna.ctx, id)).toEqual({
      id,
      state: "failed",
      reason: "The file changed while it was uploaded.",
      assetId: null,
    });
  });

  it("leaves out what is unknown and what is someone else's", async () => {
    const ben = await addPerson(here.system, "Ben");
    const { id } = await start("hers");
    expect(await status(here.anna.ctx, [newId(), id])).toMatchObject([{ id }]);
    expect(await status(ben.ctx, [newId(), id])).toEqual([]);
  });
});
