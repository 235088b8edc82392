import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient, setUp } from "../support/client.ts";
import { type Laptop, runLaptop, startLaptop } from "../support/laptop.ts";

let root: string;
let laptop: Laptop;
const dataDir = () => join(root, "Tintype");
const database = () => join(dataDir(), ".tintype", "db");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tintype-rebuild-"));
  laptop = await startLaptop({ dataDir: dataDir(), bundled: true });
  const client = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
  const bytes = await sharp({ create: { width: 800, height: 600, channels: 3, background: "#336699" } })
    .jpeg()
    .toBuffer();
  const sent = await client.upload({ name: "Sea.jpg", bytes });
  if (sent.status === "sent") await client.settled([sent.uploadId]);
  await laptop.stop();
}, 120_000);
afterAll(async () => {
  await laptop.kill();
  await rm(root, { recursive: true, force: true });
});

describe("a library whose database is lost", () => {
  it("says what to do while there is half of one, and leaves that alone", async () => {
    await rm(join(database(), "PG_VERSION"));
    const before = await readdir(database());
    const { code, output } = await runLaptop({ dataDir: dataDir(), bundled: true });
    expect(code).toBe(1);
    expect(output).toMatch(/The database in \S+db cannot be opened \(files are missing\)\. Your photos are not in it\./u);
    expect(output).not.toContain("    at ");
    expect(await readdir(database())).toEqual(before);
  }, 60_000);

  it("is read again from the bucket, once there is an account of the same name", async () => {
    await rename(database(), `${database()}.away`);
    laptop = await startLaptop({ dataDir: dataDir(), bundled: true });
    expect(laptop.output()).toContain("There are photos already of anna-klein");
    const client = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
    const assets = async () => (await client.json<{ library: { assets: number } }>("GET", "/api/me")).library.assets;
    // Long before the next sweep.
    await expect.poll(assets, { timeout: 30_000, interval: 250 }).toBe(1);
  }, 60_000);
});
