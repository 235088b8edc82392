import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crash } from "../support/s3-load.ts";

const CYCLES = 30;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "s3-crash-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("kill -9 of the S3 server alone", () => {
  it(`loses and tears nothing that was acknowledged, over ${CYCLES} kills under PUT, overwrite, delete and multipart`, async () => {
    const result = await crash(dir, CYCLES);
    expect(result.problems).toEqual([]);
    expect(result.acknowledged).toBeGreaterThan(CYCLES);
  });
});
