import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { PER_PHOTO } from "@tintype/core/price";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient, setUp } from "../support/client.ts";
import { type Cloud, hasSqs, startCloud } from "../support/cloud.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { MOST, type Requests, watchRequests } from "../support/s3-requests.ts";

const PHOTOS = ["phones/IMG_20180725_163423.jpg", "phones/canon-dslr.jpg", "phones/heic-iphone7.heic", "camera/sample.nef"];

describe.skipIf(!hasSqs || !hasCorpus)("what a photo asks of the store, from its upload until it is shown", () => {
  let cloud: Cloud;
  let owner: Client;
  let watch: ReturnType<typeof watchRequests>;

  beforeAll(async () => {
    cloud = (await startCloud())!;
    const { open } = await cloud.functions.migrate.call<{ open: string }>({});
    owner = createClient(cloud.url, await setUp(cloud.url, open.split("token=")[1] ?? ""));
    await cloud.settle();
    watch = watchRequests(cloud.store.server.url);
  }, 120_000);
  afterAll(async () => {
    watch?.stop();
    await cloud?.stop();
  });

  /** What the client said, at the time at which it is due. */
  const remind = async (): Promise<void> => {
    await cloud.query("update job set run_at = now() where kind = 'ingest' and not dead", []);
    await cloud.functions.work.call({ Records: [{ messageId: "late", body: "wake", attributes: { ApproximateReceiveCount: "1" } }] });
  };
  const upload = async (path: string): Promise<string> => {
    const sent = await owner.upload({ name: basename(path), bytes: await readFile(corpus(path)) });
    if (sent.status !== "sent") throw new Error("it was there already");
    return sent.uploadId;
  };
  const within = ({ writes, reads }: Requests, most: { writes: number; reads: number }): void => {
    expect([writes.slice(most.writes), reads.slice(most.reads)]).toEqual([[], []]);
  };

  it.each(PHOTOS)("%s, told of by the store, and late by the client", async (path) => {
    watch.take();
    const id = await upload(path);
    await cloud.settle();
    expect(await owner.settled([id])).toMatchObject([{ state: "committed", safe: true }]);
    await remind();
    const seen = watch.take();
    within(seen, MOST);
    within(seen, PER_PHOTO);
  });

  it("the same where the store's word of it is lost", async () => {
    cloud.tellsEvents(false);
    watch.take();
    const id = await upload("wide-gamut/Ultra_HDR_Samples_Originals_01.jpg");
    await cloud.settle();
    expect(await owner.status([id])).toMatchObject([{ state: "received" }]);
    await remind();
    expect(await owner.settled([id])).toMatchObject([{ state: "committed", safe: true }]);
    within(watch.take(), MOST);
    cloud.tellsEvents(true);
  });
});
