import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultyHomelab, startFaultyHomelab } from "../support/faulty-homelab.ts";
import { fill, mountSmall, unmount } from "../support/small-disk.ts";
import { hasToxiproxy } from "../support/tools.ts";
import { expectKept, newUploads, reasonOf } from "./promise.ts";

const DISK_MB = 256;
const LARGE_BYTES = 64 << 20;

describe.skipIf(!hasToxiproxy)("a store whose disk is full", () => {
  let root: string;
  let isSmall = false;
  let world: FaultyHomelab | undefined;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-full-store-"));
    isSmall = mountSmall(root, DISK_MB);
  });
  afterAll(async () => {
    await world?.stop();
    if (isSmall) unmount(root);
    await rm(root, { recursive: true, force: true });
  });

  it("is said to be full, keeps what it called safe, and goes on when there is room", { timeout: 180_000 }, async (context) => {
    if (!isSmall) return context.skip();
    world = await startFaultyHomelab({ storeRoot: root });
    const { client, storeHttp } = world;
    const uploads = await newUploads();
    await client.settled([await uploads.send(client)]);

    // All of it has arrived; it is read when there is no room for its thumbnails any more.
    storeHttp.spoil(({ method }) => (method === "GET" ? { kind: "answer", status: 503 } : undefined));
    const arrived = await uploads.send(client);
    await fill(join(root, "filler"));
    storeHttp.spoil(undefined);
    await expect(uploads.send(client, uploads.photo(2_000_000))).rejects.toThrow(/PUT: 5\d\d/u);
    await expect(uploads.send(client, uploads.photo(LARGE_BYTES))).rejects.toThrow(/507 .*storage_full/u);
    await expect.poll(() => reasonOf(client, "ingest"), { timeout: 40_000, interval: 500 }).toMatch(/is full/u);
    expect(await client.status([arrived])).toMatchObject([{ revision: null }]);

    await rm(join(root, "filler"));
    // MinIO notices after a second or two that there is room again.
    await expect.poll(() => uploads.send(client), { timeout: 30_000, interval: 500 }).toEqual(expect.any(String));
    await expectKept(client, uploads);
  });
});
