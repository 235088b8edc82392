import { mkdir, open, readFile, utimes } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { asset } from "@tintype/core/asset/table";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { createClient, type S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { openFunctions } from "../support/dropped.ts";
import { KEYS } from "../support/s3-process.ts";
import { BUCKET, startServer } from "../support/s3-server.ts";
import { SETTING, startMinio, STORES } from "../support/stores.ts";

const hasMinio = STORES.some(({ name }) => name === "MinIO");
/** Longer than a file in the inbox is left alone. */
const AT_REST_MS = 6_000;
const LARGE_BYTES = 1024 ** 3 + 100_000_000;
const [PHOTO, FILM] = ["pairs/train.jpg", "pairs/train.mov"];
const inboxOf = (path: string): string => `inbox/anna/${basename(path)}`;

/** What each of these asks of the store, the tool's own requests aside; all are shown then, and lie in the inbox no more. */
async function takenOn(options: S3Options, paths: readonly string[], drop = true): Promise<Record<string, number>[]> {
  const functions = await openFunctions(options);
  const { ctx, store } = functions;
  try {
    // The first one of a library has the next look noted.
    const files = ["phones/heic-iphone.heic", ...paths];
    for (const path of drop ? files : files.slice(0, 1)) await store.put(inboxOf(path), await readFile(corpus(path)), { type: "" });
    await sleep(AT_REST_MS);
    const asked: Record<string, number>[] = [];
    for (const path of files) asked.push(await functions.take(inboxOf(path)));
    expect((await store.list("inbox/")).objects).toEqual([]);
    expect(await ctx.db.select({ name: asset.name }).from(asset).where(eq(asset.state, "ready"))).toHaveLength(files.length);
    return asked.slice(1);
  } finally {
    await functions.close();
  }
}

/** Has everything encrypted with a key of one's own, so that no etag is an MD5. */
async function encrypt(options: S3Options): Promise<void> {
  const client = createClient(options);
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "own" } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault }];
  await client.send(new PutBucketEncryptionCommand({ Bucket: options.bucket, ServerSideEncryptionConfiguration: { Rules } }));
  client.destroy();
}

/** A film of more than what one request copies: what says what it is lies at its end, behind its pictures, as cameras write it. */
async function writeLarge(path: string): Promise<void> {
  const film = await readFile(corpus(FILM));
  // The length of a box is before its name.
  const [pictures, about] = [film.indexOf("mdat") - 4, film.indexOf("moov") - 4];
  const aboutAt = LARGE_BYTES - (film.length - about);
  film.writeUInt32BE(aboutAt - pictures, pictures);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "w");
  await file.write(film, 0, about, 0);
  await file.write(film, about, film.length - about, aboutAt);
  await file.close();
  await utimes(path, 1e9, 1e9);
}

describe.skipIf(!hasCorpus)("what a file that is dropped into the inbox asks of the store", () => {
  it.each(STORES)("where $name proves its copy", async ({ start }) => {
    const running = await start();
    await setUpStore(running.options, SETTING);
    const asked = await takenOn(running.options, [PHOTO, FILM]);
    await running.stop();
    expect(asked).toEqual([
      { GET: 3, HEAD: 1, PUT: 4 },
      { GET: 3, HEAD: 1, PUT: 2 },
    ]);
  });

  it.skipIf(!hasMinio)("where MinIO encrypts with a key of one's own, so that the copy has to be read", async () => {
    const running = await startMinio({ MINIO_KMS_SECRET_KEY: `own:${Buffer.alloc(32, 7).toString("base64")}` });
    await setUpStore(running.root, SETTING);
    await encrypt(running.root);
    const asked = await takenOn(running.root, [PHOTO, FILM]);
    await running.stop();
    expect(asked).toEqual([
      { GET: 7, HEAD: 2, PUT: 4 },
      { GET: 7, HEAD: 2, PUT: 2 },
    ]);
  });

  it("where it is too large for one request, so that the copy is made in parts and has to be read", async () => {
    const server = await startServer();
    await server.restart(() => writeLarge(server.file(inboxOf(FILM))));
    const asked = await takenOn({ endpoint: server.server.url, bucket: BUCKET, region: "us-east-1", ...KEYS }, [FILM], false);
    await server.stop();
    expect(asked).toEqual([{ GET: 7, HEAD: 3, POST: 2, PUT: 3 }]);
  });
});
