import { type Geometry, RATIOS, unpackDays } from "#geometry";
import { fromBytes } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, addShown } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { changes, geometry, head } from "./geometry.ts";
import { refresh } from "./refresh.ts";
import { timelineChunk } from "./timeline.sql.ts";

const NOV = 2026 * 12 + 10;

const here = useAnna();

const add = (localAt: string, rest?: Parameters<typeof addShown>[3]): Promise<string> => addShown(here.system, here.anna.id, localAt, rest);

async function packedIds(month: number): Promise<string[]> {
  const [chunk] = await here.system.db.select({ ids: timelineChunk.ids }).from(timelineChunk).where(eq(timelineChunk.month, month));
  const ids = chunk?.ids ?? new Uint8Array();
  return Array.from({ length: ids.length / 16 }, (_, i) => fromBytes(ids.subarray(i * 16)));
}

const changesSince = async (revision: number) => changes(here.anna.ctx, { ...(await head(here.anna.ctx)), revision });
const shape = ({ revision, chunks }: Geometry) => ({ revision, months: chunks.map(({ month, count }) => [month, count]) });

describe("packing the timeline", () => {
  it("has no sidecars in it", async () => {
    const photo = await add("2026-11-02T10:00:00");
    await add("2026-11-02T10:00:00", { kind: "sidecar", name: "a.jpg.xmp" });
    await refresh(here.system, here.anna.id);
    expect(await packedIds(NOV)).toEqual([photo]);
  });

  it("puts months, days and assets newest first, equal times by id", async () => {
    const noon = "2026-11-22T12:00:00";
    const ids = [
      await add("2026-11-21T10:00:00"),
      await add(noon),
      await add(noon),
      await add("2026-11-22T12:00:00.5"),
      await add("2026-10-31T23:59:59.999"),
    ];
    expect(await refresh(here.system, here.anna.id)).toBe(2);
    const { revision, chunks } = await geometry(here.anna.ctx);
    expect(revision).toBe(1);
    expect(chunks.map(({ month, count, days }) => ({ month, count, days: unpackDays(days) }))).toEqual([
      {
        month: NOV,
        count: 4,
        days: [
          [22, 3],
          [21, 1],
        ],
      },
      { month: NOV - 1, count: 1, days: [[31, 1]] },
    ]);
    expect(await packedIds(NOV)).toEqual([ids[3], ids[2], ids[1], ids[0]]);
  });

  it("keeps each asset's ratio beside its id, 4:3 where the size is unknown", async () => {
    await add("2026-11-01T10:00:00", { width: 1000, height: 2000 });
    await add("2026-11-02T10:00:00", { width: null, height: null, kind: "other" });
    await add("2026-11-02T09:00:00", { width: 1600, height: 900 });
    await refresh(here.system, here.anna.id);
    const [chunk] = (await geometry(here.anna.ctx)).chunks;
    const ratios = [...(chunk?.ratios ?? [])].map((byte) => RATIOS[byte]!);
    for (const [i, ratio] of [4 / 3, 16 / 9, 1 / 2].entries()) expect(ratios[i]! / ratio).toBeCloseTo(1, 1);
  });

  it("shows what is ready or unprocessable, not what is only stored, and never another's", async () => {
    const ben = await addPerson(here.system, "Ben");
    await add("2026-11-01T10:00:00", { state: "unprocessable" });
    await add("2026-11-02T10:00:00", { state: "stored" });
    await addAsset(here.system, ben.id, "2026-11-03T10:00:00");
    await refresh(here.system, here.anna.id);
    expect(shape(await geometry(here.anna.ctx))).toEqual({ revision: 1, months: [[NOV, 1]] });
    expect(shape(await geometry(ben.ctx))).toEqual({ revision: 0, months: [] });
  });

  it("packs only months that changed, and each time the revision goes up by one", async () => {
    await add("2026-11-01T10:00:00");
    await add("2020-02-29T10:00:00");
    expect(await refresh(here.system, here.anna.id)).toBe(2);
    expect(await refresh(here.system, here.anna.id)).toBe(0);
    await add("2026-11-02T10:00:00");
    expect(await refresh(here.system, here.anna.id)).toBe(1);
    expect(shape(await changesSince(1))).toEqual({ revision: 2, months: [[NOV, 2]] });
    expect(shape(await changesSince(2))).toEqual({ revision: 2, months: [] });
    expect(shape(await changesSince(0)).months).toHaveLength(2);
  });

  it("takes more months than one batch, in as many revisions as it needs", async () => {
    for (let year = 2000; year < 2030; year++) await add(`${year}-06-15T10:00:00`);
    expect(await refresh(here.system, here.anna.id)).toBe(30);
    const { revision, chunks } = await geometry(here.anna.ctx);
    expect([revision, chunks.length]).toEqual([3, 30]);
  });

  it("is done by the service alone", async () => {
    await expect(refresh(here.anna.ctx, here.anna.id)).rejects.toMatchObject({ code: "forbidden" });
  });
});
