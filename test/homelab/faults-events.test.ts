import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { type Client, createClient, setUp } from "../support/client.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import type { Program } from "../support/program.ts";
import { hasHomelab } from "../support/tools.ts";

/** Nobody listens there. */
const NOWHERE = "http://127.0.0.1:9";

describe.skipIf(!hasHomelab)("a store of which not one message arrives", { timeout: 120_000 }, () => {
  let homelab: Homelab;
  let program: Program;
  let client: Client;
  beforeAll(async () => {
    homelab = await startHomelab({ hook: NOWHERE });
    program = await homelab.start({ SWEEP_INTERVAL: "5" });
    client = createClient(program.url, await setUp(program.url, program.token ?? ""));
  }, 60_000);
  afterAll(async () => {
    await program?.stop();
    await homelab?.stop();
  });

  it("keeps nothing from the timeline: neither uploads, nor what is in the inbox, nor, once it is looked through, what is in the library", async () => {
    const photo = (background: string): Promise<Buffer> =>
      sharp({ create: { width: 640, height: 480, channels: 3, background } })
        .jpeg()
        .toBuffer();
    const assets = async (): Promise<number> => (await client.json<{ library: { assets: number } }>("GET", "/api/me")).library.assets;
    const sent = await client.upload({ name: "Sea.jpg", bytes: await photo("#336699") });
    if (sent.status !== "sent") throw new Error(`it was planned as ${sent.status}`);
    expect(await client.settled([sent.uploadId])).toMatchObject([{ state: "committed", safe: true }]);

    const store = createS3Store(homelab.store.options);
    await store.put("inbox/anna-klein/Camera/Hill.jpg", await photo("#669933"), { type: "image/jpeg" });
    await store.put("library/anna-klein/2026/11/By hand.jpg", await photo("#993366"), { type: "image/jpeg" });
    store.close();
    await expect.poll(assets, { timeout: 40_000, interval: 250 }).toBe(2);
    await client.call("POST", "/api/admin/storage/sweep");
    await expect.poll(assets, { timeout: 40_000, interval: 250 }).toBe(3);
    expect(program.output()).not.toContain("/api/hooks/store");
  });
});
