import { describe, expect, it } from "vitest";
import { hasHomelab } from "../support/tools.ts";
import { crashHomelab } from "./homelab.ts";

const CYCLES = 100;

describe.skipIf(!hasHomelab)("kill -9 in a homelab", () => {
  it(`loses nothing that was acknowledged, over ${CYCLES} kills of app, worker, MinIO and Postgres under uploads`, async () => {
    const report = await crashHomelab({ cycles: CYCLES, print: (line) => console.log(line) });
    expect(report.lost).toEqual([]);
    expect(report.assets).toBeGreaterThan(CYCLES);
    expect(report.dropped).toBeGreaterThan(CYCLES / 2);
    for (const way of [report.staged, report.straight]) expect(way).toBeGreaterThan(CYCLES / 10);
    for (const part of ["api", "worker", "store", "database"]) expect(report.kills[part]).toBeGreaterThan(CYCLES / 10);
  });
});
