import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ingestJob } from "@tintype/core/asset";
import { asset } from "@tintype/core/asset/table";
import { job } from "@tintype/core/kernel/table";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hintFrom } from "../../packages/functions/src/jobs/ingest.ts";
import { kindsOf } from "../../packages/functions/src/jobs/run.ts";
import { startWorker } from "../../packages/functions/src/jobs/worker.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { plainPicture } from "../support/picture.ts";
import { openLibrary } from "../support/library.ts";
import { countsOf, MOST, watchRequests } from "../support/s3-requests.ts";

const PHOTOS = ["drawn.jpg", "phones/canon-dslr.jpg", "phones/heic-iphone7.heic", "camera/sample.cr2"];

describe("what a photo asks of the store in one process, from its upload until it is shown", () => {
  let library: Awaited<ReturnType<typeof openLibrary>>;
  let worker: ReturnType<typeof startWorker>;
  let watch: ReturnType<typeof watchRequests>;

  beforeAll(async () => {
    library = await openLibrary();
    worker = startWorker(library.system, { kinds: kindsOf(library.ports) });
    watch = watchRequests(library.system.store.place.split(" at ")[1] ?? "");
  });
  afterAll(async () => {
    await worker?.stop();
    watch?.stop();
    await library?.close();
  });

  it.each(PHOTOS.filter((path) => hasCorpus || !path.includes("/")))("%s", async (path) => {
    watch.take();
    const key = await library.send(basename(path), path.includes("/") ? await readFile(corpus(path)) : await plainPicture(7));
    // The store's own word of it comes as well.
    await library.system.queue.enqueue([ingestJob(key)]);
    const state = async () => (await library.system.db.select({ state: asset.state }).from(asset).where(eq(asset.key, key)))[0]?.state;
    await expect.poll(state, { timeout: 15_000 }).toBe("ready");
    await expect.poll(() => library.system.queue.nextDue(["ingest", "timeline"]), { timeout: 15_000 }).toBeNull();
    const seen = watch.take();
    const { HEAD = 0, ...counts } = countsOf(seen);
    // The file, its two pictures where it is drawn, and one look at all of it.
    expect(counts).toEqual({ PUT: path.endsWith(".cr2") ? 1 : 3, GET: 1 });
    // Once more where the store's word came after it was there; the first time the bucket is looked at as well.
    expect(HEAD).toBeGreaterThanOrEqual(1);
    const { writes, reads } = seen;
    expect([writes.slice(MOST.writes), reads.slice(MOST.reads)]).toEqual([[], []]);
  });

  // Those that are no JPEG are asked for in test/cloud/requests.test.ts.
  it.skipIf(!hasCorpus)(
    "dropped into the inbox by another tool",
    async () => {
      const path = "phones/IMG_20180725_163423.jpg";
      watch.take();
      // The store tells of all that happens, to the copy as well.
      const stop = library.onEvent((event) => hintFrom(library.system, event, "photos"));
      const key = `inbox/anna/${basename(path)}`;
      await library.system.store.put(key, await readFile(corpus(path)), { type: "application/octet-stream" });
      const state = async () =>
        (
          await library.system.db
            .select({ state: asset.state })
            .from(asset)
            .where(eq(asset.name, basename(path)))
        )[0]?.state;
      await expect.poll(state, { timeout: 30_000 }).toBe("ready");
      const left = async () => library.system.db.select({ kind: job.kind, key: job.dedupe }).from(job);
      await expect.poll(left, { timeout: 15_000 }).toEqual([]);
      expect(existsSync(join(library.folder, key))).toBe(false);
      stop();
      const { writes, reads } = watch.take();
      expect([writes.length > MOST.writes ? writes : [], reads.length > MOST.reads ? reads : []]).toEqual([[], []]);
    },
    // It rests for 5 s, and on a busy machine a HEIC takes long.
    60_000,
  );
});
