import { setTimeout as sleep } from "node:timers/promises";
import type { Ctx } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import { addPerson, addShown, systemOn } from "@tintype/test/person";
import { borrowDatabase } from "@tintype/test/shared-database";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../adapters/db-drizzle.ts";
import { refreshTimeline } from "./timeline.ts";
import { startWorker } from "./worker.ts";

let open: OpenDatabase;
let system: Ctx;

beforeAll(async () => {
  open = await borrowDatabase();
  system = systemOn(open.db);
});
afterAll(() => open.close());

/** Looks until `isTrue`, for at most 10 s; returns how many ms it took. */
async function until(isTrue: () => Promise<boolean>): Promise<number> {
  const begin = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - begin > 10_000) throw new Error("did not happen in 10 s");
    await sleep(20);
  }
  return performance.now() - begin;
}

describe("the timeline's refresh job", () => {
  it("shows the first of many at once, and the others in a refresh a second, none left out", async () => {
    const anna = await addPerson(system, "Anna");
    const shown = async () => (await Timeline.geometry(anna.ctx)).chunks.reduce((sum, { count }) => sum + count, 0);
    const worker = startWorker(system, { kinds: { timeline: { run: refreshTimeline, concurrency: 1 } } });
    try {
      const begin = Date.now();
      await addShown(system, anna.id, "2026-11-01T10:00:00");
      await until(async () => (await shown()) === 1);
      const first = (await Timeline.head(anna.ctx)).revision;
      let added = 1;
      while (Date.now() - begin < 3_000) {
        await addShown(system, anna.id, `20${10 + (added % 10)}-05-01T10:00:00`);
        added++;
        await sleep(10);
      }
      await until(async () => (await shown()) === added);
      const seconds = (Date.now() - begin) / 1000;
      const refreshes = (await Timeline.head(anna.ctx)).revision - first;
      expect(first).toBe(1);
      expect(added).toBeGreaterThan(10);
      expect(refreshes).toBeGreaterThan(1);
      expect(refreshes).toBeLessThanOrEqual(seconds + 1);
    } finally {
      await worker.stop();
    }
  });

  it("refuses a payload that is not its own", async () => {
    await expect(refreshTimeline(system, { ownerId: "x" })).rejects.toThrow(/ownerId/u);
  });
});
