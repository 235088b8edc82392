import { unpackDays } from "#geometry";
import { useAnna } from "@tintype/test/anna";
import { albumOf, idsOf, mark } from "@tintype/test/collection";
import { addAsset, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { geometry } from "./geometry.ts";

const here = useAnna(() => ({ store: signerOnly }));
const NOW = new Date("2026-11-29T12:00:00Z");

describe("an album", () => {
  it("comes in its own order: newest, oldest, or as a hand has put it", async () => {
    const days = ["2026-11-02T10:00:00", "2026-11-01T10:00:00", "2026-10-03T09:00:00", "2026-10-03T10:00:00"];
    const [b, a, c, d] = await Promise.all(days.map((day) => addAsset(here.system, here.anna.id, day)));
    const order = [a!, d!, b!, c!];
    const { ctx } = here.anna;
    expect(await idsOf(ctx, await albumOf(here.system, here.anna.id, order))).toEqual([b, a, d, c]);
    expect(await idsOf(ctx, await albumOf(here.system, here.anna.id, order, "oldest"))).toEqual([c, d, a, b]);
    const byHand = await albumOf(here.system, here.anna.id, order, "manual");
    expect(await idsOf(ctx, byHand)).toEqual(order);
    const { days: hasDays, geometry: whole } = await geometry(ctx, byHand);
    expect(hasDays).toBe(false);
    expect(whole.chunks.map((chunk) => [chunk.month, chunk.count, unpackDays(chunk.days)])).toEqual([[0, 4, [[1, 4]]]]);
  });

  it("keeps the revision of a month to which nothing was done, and has another tag", async () => {
    const [old, fresh] = [
      await addAsset(here.system, here.anna.id, "2026-10-01T10:00:00"),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
    ];
    const it1 = await albumOf(here.system, here.anna.id, [old, fresh]);
    const before = await geometry(here.anna.ctx, it1);
    expect(await geometry(here.anna.ctx, it1)).toEqual(before);
    await mark(here.system, fresh, { trashedAt: NOW });
    const after = await geometry(here.anna.ctx, it1);
    expect(after.tag).not.toBe(before.tag);
    expect(after.geometry.chunks).toEqual(before.geometry.chunks.slice(1));
  });
});
