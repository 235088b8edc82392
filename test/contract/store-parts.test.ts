import type { Ctx } from "@tintype/core/kernel";
import { CHECKS, DUTIES, type PendingUpload, writeCapabilities } from "@tintype/core/storage";
import * as Upload from "@tintype/core/upload";
import { upload } from "@tintype/core/upload/table";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropStaleParts } from "../../packages/functions/src/jobs/purge.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { createS3Store, type S3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { useAnna } from "../support/anna.ts";
import { type RunningStore, SETTING, STORES } from "../support/stores.ts";
import { fileOf, planOne } from "../support/upload.ts";

const HOUR = 3_600_000;

describe.each(STORES)("multipart uploads that nobody goes on with, on $name", { timeout: 60_000 }, ({ start }) => {
  let running: RunningStore;
  let store: S3Store;
  beforeAll(async () => {
    running = await start();
    await setUpStore(running.options, SETTING);
    store = createS3Store(running.options);
  });
  afterAll(async () => {
    store.close();
    await running.stop();
  });

  const here = useAnna(() => ({ store }));
  const after = (hours: number): Ctx => ({ ...here.system, now: () => new Date(Date.now() + hours * HOUR) });
  const pending = async (behind?: string): Promise<PendingUpload[]> => {
    const { uploads, next } = await store.multipart.pending(behind);
    return next === undefined ? uploads : [...uploads, ...(await pending(next))];
  };
  const told = (state: "done" | "not offered") => {
    const checks = Object.fromEntries(Object.keys(CHECKS).map((name) => [name, { answer: "yes", detail: "" }]));
    const setUp = Object.fromEntries(Object.keys(DUTIES).map((name) => [name, { state, detail: "" }]));
    return writeCapabilities(here.system, { checkedAt: "2026-11-22T10:00:00Z", checks, setUp } as never);
  };
  beforeEach(async () => {
    await Promise.all((await pending()).map(({ key, id }) => store.multipart.abort(key, id)));
  });

  it("are listed with their keys, as they are, and their age", async () => {
    const keys = ["inbox/anna/a b+c&d=e%20f.mp4", "inbox/anna/ünïcode/日本語.mp4"];
    const made = await Promise.all(keys.map(async (key) => ({ key, id: (await store.multipart.create(key, "video/mp4")).id })));
    const found = await pending();
    expect(found.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toMatchObject(made);
    for (const { startedAt } of found) expect(Math.abs(startedAt.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it("are dropped after two days, and no other: not one that somebody has taken up again", async () => {
    await told("not offered");
    const file = (content: string) => fileOf(content, { size: 64 * 1024 ** 2, name: `${content}.mp4` });
    const [open, ended] = [await planOne(here.anna.ctx, file("open")), await planOne(here.anna.ctx, file("ended"))];
    for (const { uploadId } of [open, ended]) await Upload.signParts(here.anna.ctx, uploadId, { from: 1, to: 1 });
    await here.system.db.update(upload).set({ state: "expired" }).where(eq(upload.id, ended.uploadId));
    await store.multipart.create("inbox/anna/left.mp4", "video/mp4");
    expect(await Upload.dropStale(after(47))).toEqual({ pending: 3, dropped: 0, lists: 1 });
    expect(await Upload.dropStale(after(49))).toEqual({ pending: 3, dropped: 2, lists: 1 });
    expect((await pending()).map(({ key }) => key)).toEqual([expect.stringMatching(/\/open~/u)]);
  });

  it("are put together of parts that we send ourselves", async () => {
    const { multipart } = store;
    const body = new Uint8Array(5 * 1024 ** 2 + 3).fill(7);
    const { id } = await multipart.create("derived/parts.mp4", "video/mp4");
    const parts = [
      await multipart.put("derived/parts.mp4", id, 1, body),
      await multipart.put("derived/parts.mp4", id, 2, Uint8Array.of(1, 2)),
    ];
    expect(parts).toEqual(await multipart.parts("derived/parts.mp4", id));
    await multipart.complete("derived/parts.mp4", id, parts);
    expect(await store.head("derived/parts.mp4")).toMatchObject({ size: body.length + 2, type: "video/mp4" });
    await store.remove(["derived/parts.mp4"]);
  });

  it("are the store's own matter where it has a rule, and until it was asked", async () => {
    await store.multipart.create("inbox/anna/left.mp4", "video/mp4");
    await dropStaleParts(after(49));
    await told("done");
    await dropStaleParts(after(49));
    expect(await pending()).toHaveLength(1);
    await told("not offered");
    await dropStaleParts(after(49));
    expect(await pending()).toEqual([]);
  });

  // The last, because a thousand take longer to abort than to make.
  it("are listed to the last, where the store tells a thousand at once", async () => {
    const create = async (i: number) => (await store.multipart.create(`inbox/anna/${i}.mp4`, "video/mp4")).id;
    const ids: string[] = [];
    for (let from = 0; from < 1001; from += 91) ids.push(...(await Promise.all(Array.from({ length: 91 }, (_, i) => create(from + i)))));
    expect(new Set((await pending()).map(({ id }) => id))).toEqual(new Set(ids));
  });
});
