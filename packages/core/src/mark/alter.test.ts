import { asset } from "#asset/table";
import * as Timeline from "#timeline";
import { timelineChunk } from "#timeline/table";
import { useAnna } from "@tintype/test/anna";
import { fill, ids, NOVEMBER, TOKEN } from "@tintype/test/marked";
import { addShown } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { mark } from "./apply.ts";

const here = useAnna();
const filled = (count: number) => fill(here.system, here.anna.id, count);

describe("altering photos", () => {
  it("touches the months of what it changed", async () => {
    const [a] = await filled(2);
    await addShown(here.system, here.anna.id, "2019-05-01T10:00:00");
    await Timeline.refresh(here.system, here.anna.id);
    await mark(here.anna.ctx, ids(a!), { archived: true }, TOKEN);
    const dirty = await here.system.db.select({ month: timelineChunk.month }).from(timelineChunk).where(eq(timelineChunk.dirty, true));
    expect(dirty).toEqual([{ month: NOVEMBER }]);
  });

  it("does not bring back what is deleted for good", async () => {
    const [a] = await filled(1);
    await here.system.db.update(asset).set({ trashedAt: new Date(), purgedAt: new Date() }).where(eq(asset.id, a!));
    await expect(mark(here.anna.ctx, ids(a!), { trashed: false }, TOKEN)).rejects.toMatchObject({ code: "not_found" });
  });
});
