import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ingestJob } from "@tintype/core/asset";
import { asset } from "@tintype/core/asset/table";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kindsOf } from "../../packages/functions/src/jobs/run.ts";
import { startWorker } from "../../packages/functions/src/jobs/worker.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { type Library, openLibrary } from "../support/library.ts";
import { MOST, watchRequests } from "../support/s3-requests.ts";

describe.skipIf(!hasCorpus)("what a photo asks of the store in one process, from its upload until it is shown", () => {
  let library: Library;
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

  it.each(["phones/canon-dslr.jpg", "phones/heic-iphone7.heic", "camera/sample.cr2"])("%s", async (path) => {
    watch.take();
    const key = await library.send(basename(path), await readFile(corpus(path)));
    // The store's own word of it comes as well.
    await library.system.queue.enqueue([ingestJob(key)]);
    const state = async () => (await library.system.db.select({ state: asset.state }).from(asset).where(eq(asset.key, key)))[0]?.state;
    await expect.poll(state, { timeout: 15_000 }).toBe("ready");
    await expect.poll(() => library.system.queue.nextDue(["ingest", "timeline"]), { timeout: 15_000 }).toBeNull();
    const { writes, reads } = watch.take();
    expect(writes.length).toBeGreaterThan(0);
    expect([writes.slice(MOST.writes), reads.slice(MOST.reads)]).toEqual([[], []]);
  });
});
