import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Ingest from "@tintype/core/ingest";
import type { Ctx } from "@tintype/core/kernel";
import type { Ports } from "@tintype/core/media";
import * as Upload from "@tintype/core/upload";
import { createServer, type Server } from "@tintype/s3";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { nodeHasher } from "../../packages/functions/src/adapters/hash-node.ts";
import { sharpCodec, type SharpCodec } from "../../packages/functions/src/adapters/image-sharp.ts";
import { exifReader } from "../../packages/functions/src/adapters/metadata-exifreader.ts";
import type { S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { mediabunnyTool } from "../../packages/functions/src/adapters/video-mediabunny.ts";
import { STEPS } from "../../packages/functions/src/jobs/steps.ts";
import { type Line, recorder } from "./api.ts";
import { openMigrated } from "./migrated.ts";
import { addPerson, systemOn } from "./person.ts";
import { borrowDatabase } from "./shared-database.ts";

/** The whole laptop shape without its entry: our S3 server over a folder, PGlite, the adapters, and Anna, who owns the library. */
export type Library = {
  system: Ctx;
  owner: Awaited<ReturnType<typeof addPerson>>;
  ports: Ports & { image: SharpCodec };
  lines: Line[];
  /** The bucket's folder, of our own S3 server. */
  folder: string;
  /** Plans and sends a file as a browser does; gives its key. */
  send(name: string, bytes: Uint8Array, facts?: { modifiedAt?: string; modifiedOffset?: number }): Promise<string>;
  ingest(key: string): Promise<Ingest.Outcome>;
  close(): Promise<void>;
};

const CREDENTIAL = { accessKeyId: "library", secretAccessKey: "secret-of-the-tests-only" };

/**
 * Opens a library in a new folder; with `memory` the database is one that tests lend each other, which lives as long as the process: not for scripts.
 * `pins`: what the store is taken for; `aheadMs`: how far its clock is ahead of the store's.
 */
export async function openLibrary({ memory = true, pins = true, aheadMs = 0 } = {}): Promise<Library & Pick<Server, "onEvent">> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-library-"));
  const server = await createServer({ dir, credentials: [CREDENTIAL] });
  await server.createBucket("photos");
  await server.listen(0);
  const open = await (memory ? borrowDatabase() : openMigrated({ folder: join(dir, ".state") }));
  const options = { endpoint: server.url, bucket: "photos", region: "us-east-1", pins: async () => pins, ...CREDENTIAL };
  const library = await openLibraryOn(open, options);
  if (aheadMs > 0) library.system.now = () => new Date(Date.now() + aheadMs);
  return {
    ...library,
    folder: join(dir, "photos"),
    onEvent: (listener) => server.onEvent(listener),
    async close() {
      await library.close();
      await server.close();
      await open.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The same on a database and a store that are there; `close` leaves both open. */
export async function openLibraryOn({ db }: OpenDatabase, options: S3Options): Promise<Omit<Library, "folder">> {
  const store = createS3Store(options);
  const lines: Line[] = [];
  const system = systemOn(db, { store, log: recorder(lines) });
  const metadata = exifReader();
  const ports = { image: sharpCodec({ size: 2 }), metadata, video: mediabunnyTool(), hash: nodeHasher };
  const owner = await addPerson(system, "Anna");
  return {
    system,
    owner,
    ports,
    lines,
    send: (name, bytes, facts = {}) => send(owner.ctx, name, bytes, facts),
    ingest: (key) => Ingest.run(system, ports, { key, steps: STEPS }),
    async close() {
      ports.image.close();
      metadata.close();
      store.close();
    },
  };
}

async function send(ctx: Ctx, name: string, bytes: Uint8Array, facts: { modifiedAt?: string; modifiedOffset?: number }): Promise<string> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = { name, size: bytes.length, type: "application/octet-stream", sha256, modifiedAt: "2020-02-03T04:05:06", ...facts };
  const [planned] = await Upload.plan(ctx, [file]);
  if (planned?.status !== "put") throw new Error(`${name} was planned as ${planned?.status}`);
  const { url, headers } = planned.request;
  const answer = await fetch(url, { method: "PUT", headers, body: new Uint8Array(bytes) });
  if (!answer.ok) throw new Error(`PUT of ${name} answered ${answer.status}: ${await answer.text()}`);
  await Upload.complete(ctx, planned.uploadId);
  return decodeURIComponent(new URL(url).pathname).replace(/^\/photos\//u, "");
}
