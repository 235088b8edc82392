import { asset } from "#asset/table";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addShown, signerOnly } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { items } from "./items.ts";
import { refresh } from "./refresh.ts";

const NOV = 2026 * 12 + 10;

const here = useAnna(() => ({ store: signerOnly }));

/** Newest first, as the timeline numbers them. */
async function fill(count: number, month = "2026-11"): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    ids.push(await addShown(here.system, here.anna.id, `${month}-${String(28 - i).padStart(2, "0")}T10:00:00`));
  }
  await refresh(here.system, here.anna.id);
  return ids;
}

describe("the items of ranges", () => {
  it("come in the order of the ranges and, within each, newest first", async () => {
    const nov = await fill(6);
    const oct = await fill(3, "2026-10");
    const given = await items(here.anna.ctx, [
      { month: NOV, revision: 1, from: 4, to: 6 },
      { month: NOV - 1, revision: 2, from: 0, to: 1 },
      { month: NOV, revision: 1, from: 0, to: 1 },
    ]);
    expect(given.id).toEqual([nov[4], nov[5], oct[0], nov[0]]);
    expect([given.month, given.stale]).toEqual([
      [NOV, NOV - 1, NOV],
      [false, false, false],
    ]);
  });

  it("have what a tile shows, in columns", async () => {
    await addShown(here.system, here.anna.id, "2026-11-02T10:00:00", {
      kind: "video",
      name: "Été\n.mov",
      durationMs: 4_500,
      thumbhash: Uint8Array.of(0, 127, 128, 255),
      derivedVersion: 3,
      favourite: true,
    });
    const bare = await addShown(here.system, here.anna.id, "2026-11-01T10:00:00.25", {
      state: "unprocessable",
      kind: "other",
      missing: true,
    });
    await refresh(here.system, here.anna.id);
    const given = await items(here.anna.ctx, [{ month: NOV, revision: 1, from: 0, to: 2 }]);
    expect(given).toEqual({
      month: [NOV],
      stale: [false],
      id: [given.id[0], bare],
      kind: ["video", "other"],
      state: ["ready", "unprocessable"],
      name: ["Été\n.mov", "a.jpg"],
      localAt: ["2026-11-02T10:00:00", "2026-11-01T10:00:00.25"],
      durationMs: [4_500, null],
      thumbhash: ["AH+A/w==", null],
      thumb: [expect.stringMatching(`/derived/${given.id[0]}/thumb-3-[0-9a-f]{8}\\.webp\\?.*response-content-type=image%2Fwebp`), null],
      flags: [1, 2],
    });
  });

  it("are exact for the revision asked for, whatever is committed meanwhile", async () => {
    const ids = await fill(3);
    await addShown(here.system, here.anna.id, "2026-11-30T10:00:00");
    const given = await items(here.anna.ctx, [{ month: NOV, revision: 1, from: 0, to: 3 }]);
    expect(given.id).toEqual(ids);
  });

  it("are stale where the month has moved on, is not there, is shorter, or has lost an item, and only there", async () => {
    const [first] = await fill(3);
    await fill(2, "2026-10");
    await here.system.db.delete(asset).where(eq(asset.id, first!));
    const given = await items(here.anna.ctx, [
      { month: NOV, revision: 7, from: 0, to: 1 },
      { month: 5, revision: 1, from: 0, to: 1 },
      { month: NOV - 1, revision: 2, from: 0, to: 3 },
      { month: NOV, revision: 1, from: 0, to: 3 },
      { month: NOV, revision: 1, from: 1, to: 3 },
    ]);
    expect(given.stale).toEqual([true, true, true, true, false]);
    expect(given.id).toHaveLength(2);
  });

  it("are one's own: another's months are not there", async () => {
    await fill(2);
    const ben = await addPerson(here.system, "Ben");
    const given = await items(ben.ctx, [{ month: NOV, revision: 1, from: 0, to: 2 }]);
    expect([given.stale, given.id]).toEqual([[true], []]);
  });

  it("are stale where no month can have so many", async () => {
    await fill(1);
    const far = [134_217_726, 134_217_727, 134_217_728, 200_000_000, 999_999_998];
    const given = await items(
      here.anna.ctx,
      far.map((from) => ({ month: NOV, revision: 1, from, to: from + 1 })),
    );
    expect([given.stale, given.id]).toEqual([far.map(() => true), []]);
  });

  it("are none for no ranges", async () => {
    expect((await items(here.anna.ctx, [])).id).toEqual([]);
  });
});
