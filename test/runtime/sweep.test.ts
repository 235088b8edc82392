import { createHash } from "node:crypto";
import * as Upload from "@tintype/core/upload";
import { asset } from "@tintype/core/asset/table";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJobs } from "../../packages/functions/src/jobs/run.ts";
import { type Library, openLibrary } from "../support/library.ts";

const PHOTOS = 5;
let library: Library;

beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library.close());

describe("with every event lost and no client to confirm", () => {
  it("the sweep alone brings every photo in", async () => {
    for (let i = 0; i < PHOTOS; i++) await putOnly(`Lost ${i}.jpg`, await photo(i));
    expect(await library.system.db.select().from(asset)).toEqual([]);
    const jobs = startJobs(library.system, library.ports);
    const states = async () => (await library.system.db.select().from(asset)).map((row) => row.state);
    await expect.poll(states, { timeout: 60_000, interval: 100 }).toEqual(Array.from({ length: PHOTOS }, () => "ready"));
    await jobs.stop();
  }, 120_000);
});

function photo(i: number): Promise<Buffer> {
  return sharp({ create: { width: 64 + i, height: 48, channels: 3, background: "#446688" } })
    .jpeg()
    .toBuffer();
}

/** What a browser does that is closed right after its PUT: no `complete`. */
async function putOnly(name: string, bytes: Buffer): Promise<void> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { name, size: bytes.length, type: "image/jpeg", sha256, modifiedAt: "2026-11-22T10:00:00" };
  const [planned] = await Upload.plan(library.owner.ctx, [file]);
  if (planned?.status !== "put") throw new Error(`planned as ${planned?.status}`);
  const { url, headers } = planned.request;
  const put = await fetch(url, { method: "PUT", headers, body: new Uint8Array(bytes) });
  expect(put.status).toBe(200);
}
