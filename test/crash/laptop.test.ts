import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crash } from "./laptop.ts";

const CYCLES = 50;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tintype-crash-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("kill -9", () => {
  it(`loses nothing that was acknowledged, over ${CYCLES} kills under uploads, ingest and changes by hand`, async () => {
    const report = await crash(join(dir, "Tintype"), CYCLES, (line) => console.log(line));
    expect(report.lost).toEqual([]);
    expect(report.objects).toBeGreaterThan(CYCLES);
    expect(report.assets).toBeGreaterThan(CYCLES / 2);
    expect(report.byHand).toBeGreaterThan(CYCLES / 5);
    expect(report.startsKilled).toBeGreaterThan(CYCLES / 10);
  });
});
