import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { PER_PHOTO } from "@tintype/core/price";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Client, createClient, setUp } from "../support/client.ts";
import { type Cloud, hasSqs, startCloud } from "../support/cloud.ts";
import { corpus, hasCorpus } from "../support/corpus.ts";
import { plainPicture } from "../support/picture.ts";
import { countsOf, MOST, type Requests, watchRequests } from "../support/s3-requests.ts";

/** The first is drawn here, where there is no other. */
const PHOTOS = ["drawn.jpg", "phones/IMG_20180725_163423.jpg", "phones/canon-dslr.jpg", "phones/heic-iphone7.heic", "camera/sample.nef"];
const DROPPED = ["pairs/train.jpg", "phones/heic-iphone.heic", "camera/sample.cr2", "pairs/train.mov"];

describe.skipIf(!hasSqs)("what a photo asks of the store, from its upload until it is shown", () => {
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
  // Somebody is woken half a minute after each photo: on a slow machine while another one is counted.
  beforeEach(() => cloud.sqs.empty(cloud.queues.wake));
  afterAll(async () => {
    watch?.stop();
    await cloud?.stop();
  });

  /** What the client said, at the time at which it is due. */
  const remind = async (): Promise<void> => {
    await cloud.query("update job set run_at = now() where kind = 'ingest' and not dead", []);
    await cloud.functions.work.call({ Records: [{ messageId: "late", body: "wake", attributes: { ApproximateReceiveCount: "1" } }] });
  };
  const upload = async (path: string, shade = 7): Promise<string> => {
    const bytes = path.includes("/") ? await readFile(corpus(path)) : await plainPicture(shade);
    const sent = await owner.upload({ name: basename(path), bytes });
    if (sent.status !== "sent") throw new Error("it was there already");
    return sent.uploadId;
  };
  const within = ({ writes, reads }: Requests, most: { writes: number; reads: number }): void => {
    // All of them, where they are too many.
    expect([writes.length > most.writes ? writes : [], reads.length > most.reads ? reads : []]).toEqual([[], []]);
  };

  /** Puts a file where any tool may drop it, as such a tool does, and waits until it is shown and lies there no more. */
  const drop = async (path: string): Promise<void> => {
    const name = basename(path);
    await cloud.store.put(`inbox/anna-klein/${name}`, await readFile(corpus(path)), { "content-type": "application/octet-stream" });
    const isShown = async () => {
      await cloud.settle();
      const rows = await cloud.query<{ state: string }>("select state from asset where name = $1", [name]);
      return rows[0]?.state === "ready" && !existsSync(cloud.store.file(`inbox/anna-klein/${name}`));
    };
    await expect.poll(isShown, { timeout: 60_000, interval: 500 }).toBe(true);
    await cloud.settle();
  };

  // Before the others: each of those has somebody woken half a minute later.
  it.each(DROPPED.filter(() => hasCorpus))("%s, dropped into the inbox by another tool", async (path) => {
    watch.take();
    await drop(path);
    // Nobody is told of it later.
    expect(await cloud.query("select kind, dedupe from job", [])).toEqual([]);
    expect(await cloud.sqs.count(cloud.queues.ingest)).toEqual({ waiting: 0, underWay: 0, delayed: 0 });
    const seen = watch.take();
    within(seen, MOST);
    // Its copy is one request more than what a client puts to its place.
    within(seen, { reads: PER_PHOTO.reads, writes: PER_PHOTO.writes + 1 });
  });

  it.skipIf(!hasCorpus)("what is dropped and lies in the library already", async () => {
    watch.take();
    await cloud.store.put("inbox/anna-klein/again.jpg", await readFile(corpus("pairs/train.jpg")));
    const isGone = async () => {
      await cloud.settle();
      return !existsSync(cloud.store.file("inbox/anna-klein/again.jpg"));
    };
    await expect.poll(isGone, { timeout: 60_000, interval: 500 }).toBe(true);
    await cloud.settle();
    within(watch.take(), { writes: 1, reads: 3 });
  });

  it.each(PHOTOS.filter((path) => hasCorpus || !path.includes("/")))("%s, told of by the store, and late by the client", async (path) => {
    watch.take();
    const id = await upload(path);
    await cloud.settle();
    expect(await owner.settled([id])).toMatchObject([{ state: "committed", safe: true }]);
    await remind();
    const seen = watch.take();
    within(seen, MOST);
    // The file, the note that somebody is at work, and the two pictures of what is drawn; the reads: it once, and twice whether somebody is to be
    // woken.
    const isRaw = path.endsWith(".nef");
    expect(countsOf(seen)).toEqual({ PUT: isRaw ? 2 : 4, HEAD: 1, GET: 3 });
    // What is reckoned for a photo is what it takes, no more and no less.
    if (!isRaw) expect(PER_PHOTO).toMatchObject({ writes: seen.writes.length, reads: seen.reads.length });
  });

  it("the same where the store's word of it is lost", async () => {
    cloud.tellsEvents(false);
    watch.take();
    const id = await upload("untold.jpg", 8);
    await cloud.settle();
    expect(await owner.status([id])).toMatchObject([{ state: "received" }]);
    await remind();
    expect(await owner.settled([id])).toMatchObject([{ state: "committed", safe: true }]);
    const seen = watch.take();
    within(seen, MOST);
    expect(countsOf(seen)).toEqual({ PUT: 4, HEAD: 1, GET: 2 });
    cloud.tellsEvents(true);
  });
});
