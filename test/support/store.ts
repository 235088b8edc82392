import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "@tintype/s3";
import { afterAll, beforeAll } from "vitest";
import { createS3Store, type S3Store } from "../../packages/functions/src/adapters/store-s3.ts";

const CREDENTIALS = { accessKeyId: "AKIATESTTESTTESTTEST", secretAccessKey: "a secret key of the tests, 40 characters" };

/**
 * The embedded S3 server over a folder of its own, with the bucket `photos`, for a test file. `pins`: what it is taken for; `now`: the clock that its
 * URLs are signed by.
 */
export function useStore({ pins = true, now = () => new Date() } = {}): () => S3Store {
  let dir: string | undefined;
  let server: Server | undefined;
  let store: S3Store | undefined;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tintype-store-"));
    server = await createServer({ dir, credentials: [CREDENTIALS] });
    await server.listen(0);
    await server.createBucket("photos");
    store = createS3Store({ endpoint: server.url, bucket: "photos", region: "us-east-1", pins: async () => pins, now, ...CREDENTIALS });
  });
  afterAll(async () => {
    store?.close();
    await server?.close();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  });
  return () => {
    if (!store) throw new Error("the store did not start");
    return store;
  };
}

/** A store that nobody can reach. */
export function storeAway(): S3Store {
  return createS3Store({ endpoint: "http://127.0.0.1:1", bucket: "photos", region: "us-east-1", ...CREDENTIALS });
}
