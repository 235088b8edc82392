import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient, setUp } from "../support/client.ts";
import { startLaptop } from "../support/laptop.ts";
import { fill, mountSmall, unmount } from "../support/small-disk.ts";

const DISK_MB = 96;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tintype-full-"));
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe("a disk that fills up under the laptop shape", () => {
  it("refuses the next photo in words, keeps what it called safe, goes on when there is room", async (context) => {
    if (!mountSmall(root, DISK_MB)) return context.skip();
    const laptop = await startLaptop({ dataDir: join(root, "Tintype"), bundled: true });
    try {
      const client = createClient(laptop.url, await setUp(laptop.url, laptop.token ?? ""));
      const kept = [await send(client), await send(client)];
      await client.settled(kept);

      await fill(join(root, "filler"));
      await expect(send(client)).rejects.toThrow(/507 .*The disk is full\. Free some space and try again/su);
      expect(await assetsOf(client)).toBe(2);
      expect((await client.status(kept)).map(({ safe }) => safe)).toEqual([true, true]);

      await rm(join(root, "filler"));
      await client.settled([await send(client)]);
      expect(await assetsOf(client)).toBe(3);
      expect(await laptop.stop()).toBe(0);
    } finally {
      await laptop.kill();
      unmount(root);
    }
  }, 180_000);
});

/** Sends a photo of about a megabyte; gives the id of its upload. */
async function send(client: Client): Promise<string> {
  const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#8899aa" } })
    .jpeg()
    .toBuffer();
  const sent = await client.upload({ name: "Harbour.jpg", bytes: Buffer.concat([picture, randomBytes(1_000_000)]) });
  if (sent.status !== "sent") throw new Error("it was there already");
  return sent.uploadId;
}

async function assetsOf(client: Client): Promise<number> {
  return (await client.json<{ library: { assets: number } }>("GET", "/api/me")).library.assets;
}
