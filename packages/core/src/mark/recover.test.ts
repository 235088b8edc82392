import { asset } from "#asset/table";
import { newId } from "#kernel";
import { timelineChunk } from "#timeline/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { recover } from "./recover.ts";

const here = useAnna();
const AT = new Date();
const add = (rest: Partial<typeof asset.$inferInsert>) => addAsset(here.system, here.anna.id, "2024-05-06T07:08:09", rest);
const rows = () => here.system.db.select().from(asset).orderBy(asset.id);

describe("photos that are brought again", () => {
  it("leave the bin and what waits from guests, the locked ones too, and their month is told", async () => {
    const ids = [
      await add({ trashedAt: AT }),
      await add({ trashedAt: AT, lockedAt: AT }),
      await add({ heldBy: newId(), guestName: "Bob" }),
      await add({ guestName: "Bea" }),
    ];
    expect(await recover(here.anna.ctx, here.anna.id, ids)).toEqual(new Set(ids));
    expect(await rows()).toMatchObject([
      { trashedAt: null },
      { trashedAt: null, lockedAt: AT },
      { heldBy: null, guestName: null },
      { heldBy: null, guestName: "Bea" },
    ]);
    expect(await here.system.db.select({ dirty: timelineChunk.dirty }).from(timelineChunk)).toEqual([{ dirty: true }]);
  });

  it("are not to be counted on once they go for good", async () => {
    const [going, there] = [await add({ trashedAt: AT, purgedAt: AT }), await add({})];
    expect(await recover(here.anna.ctx, here.anna.id, [going, there])).toEqual(new Set([there]));
    expect((await rows()).find(({ id }) => id === going)).toMatchObject({ trashedAt: AT, purgedAt: AT });
  });

  it("may be brought by a key that only uploads, and by nobody else than their owner", async () => {
    const id = await add({ trashedAt: AT });
    const ben = await addPerson(here.system, "Ben");
    await expect(recover(ben.ctx, here.anna.id, [id])).rejects.toMatchObject({ code: "not_found" });
    const key = { id: newId(), scopes: new Set(["upload" as const]) };
    const actor = { kind: "user" as const, userId: here.anna.id, role: "member" as const, key };
    expect(await recover({ ...here.system, actor }, here.anna.id, [id])).toEqual(new Set([id]));
    expect(await rows()).toMatchObject([{ trashedAt: null }]);
  });
});
