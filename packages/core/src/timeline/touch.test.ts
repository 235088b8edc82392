import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addShown } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { refresh } from "./refresh.ts";
import { timelineChunk } from "./timeline.sql.ts";
import { REFRESH_EVERY_MS, refreshJob, remind, touch } from "./touch.ts";

const here = useAnna();

describe("touching the timeline", () => {
  it("marks each month once, and leaves what is packed as it is", async () => {
    await addShown(here.system, here.anna.id, "2026-11-01T10:00:00");
    await refresh(here.system, here.anna.id);
    await touch(here.system, here.anna.id, ["2026-11-05T00:00:00", "2026-11-30T23:59:59", "2019-01-01T00:00:00"]);
    const chunks = await here.system.db.select().from(timelineChunk).orderBy(timelineChunk.month);
    expect(chunks.map(({ month, dirty, count, revision }) => ({ month, dirty, count, revision }))).toEqual([
      { month: 2019 * 12, dirty: true, count: 0, revision: 0 },
      { month: 2026 * 12 + 10, dirty: true, count: 1, revision: 1 },
    ]);
  });

  it("asks for one refresh however often it is called", async () => {
    for (let day = 10; day < 20; day++) await touch(here.system, here.anna.id, [`2026-11-${day}T00:00:00`]);
    expect(await here.system.db.select({ kind: job.kind, payload: job.payload }).from(job)).toEqual([
      { kind: "timeline", payload: { ownerId: here.anna.id } },
    ]);
  });

  it("wants the refresh at once after a pause, and a second after the last one otherwise", async () => {
    const now = new Date("2026-11-24T12:00:00Z");
    const at = (ms: number): Ctx => ({ ...here.system, now: () => new Date(now.getTime() + ms) });
    expect((await refreshJob(at(0), here.anna.id)).runAt).toEqual(now);
    await addShown(at(0), here.anna.id, "2026-11-01T10:00:00");
    await refresh(at(0), here.anna.id);
    expect((await refreshJob(at(300), here.anna.id)).runAt).toEqual(new Date(now.getTime() + REFRESH_EVERY_MS));
    expect((await refreshJob(at(5_000), here.anna.id)).runAt).toEqual(new Date(now.getTime() + 5_000));
    // The clock was set back, or another process has another one.
    expect((await refreshJob(at(-1_200_000), here.anna.id)).runAt).toEqual(new Date(now.getTime() - 1_200_000));
  });

  it("is remembered by the months: whose refresh was lost is asked for again, and nobody else's", async () => {
    const ben = await addPerson(here.system, "Ben");
    await addShown(here.system, ben.id, "2026-11-01T10:00:00");
    await refresh(here.system, ben.id);
    await touch(here.system, here.anna.id, ["2026-11-05T00:00:00", "2019-01-01T00:00:00"]);
    await here.system.db.delete(job);
    expect(await remind(here.system)).toBe(1);
    expect(await here.system.db.select({ kind: job.kind, payload: job.payload, dedupe: job.dedupe }).from(job)).toEqual([
      { kind: "timeline", payload: { ownerId: here.anna.id }, dedupe: here.anna.id },
    ]);
    await refresh(here.system, here.anna.id);
    expect(await remind(here.system)).toBe(0);
    await expect(remind(ben.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is not for another's timeline", async () => {
    const ben = await addPerson(here.system, "Ben");
    await expect(touch(ben.ctx, here.anna.id, ["2026-11-05T00:00:00"])).rejects.toMatchObject({ code: "not_found" });
  });
});
