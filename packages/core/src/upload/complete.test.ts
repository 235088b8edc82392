import { AppError, type Ctx, newId } from "#kernel";
import { job } from "#kernel/table";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne, send } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { abort, complete } from "./complete.ts";
import { commit, fail } from "./expected.ts";
import { signParts } from "./parts.ts";
import { view } from "./status.ts";
import { upload } from "./upload.sql.ts";

const database = useDatabase();
const store = useStore();
const MIB = 1024 ** 2;

let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;
let count = 0;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  anna = await addPerson(system, `Anna${count++}`);
});

const rowOf = async (id: string) => (await system.db.select().from(upload).where(eq(upload.id, id)))[0]!;
const hints = async () => (await system.db.select({ payload: job.payload }).from(job)).map(({ payload }) => payload["key"]);

describe("completing an upload of one request", () => {
  it("hints ingest once, however often the client says so", async () => {
    const answer = await planOne(anna.ctx, fileOf("complete"));
    await send(answer, "complete");
    for (let i = 0; i < 3; i++) expect(await complete(anna.ctx, answer.uploadId)).toEqual({ id: answer.uploadId, state: "received" });
    const { key, state } = await rowOf(answer.uploadId);
    expect([state, await hints()]).toEqual(["received", [key]]);
    // Nobody's import comes before it.
    expect(await system.db.select({ urgent: job.urgent }).from(job)).toEqual([{ urgent: true }]);
  });

  describe("where the store itself tells of what arrives", () => {
    const told = () => ({ store: { ...system.store, announces: true } });
    const waiting = () => system.db.select({ key: job.dedupe, runAt: job.runAt, urgent: job.urgent }).from(job);

    it("hints ingest half a minute later, for when that is lost, and takes it back once the bytes are safe", async () => {
      const answer = await planOne(anna.ctx, fileOf("told"));
      await send(answer, "told");
      await complete({ ...anna.ctx, ...told() }, answer.uploadId);
      const { key } = await rowOf(answer.uploadId);
      const [hint] = await waiting();
      expect(hint).toMatchObject({ key, urgent: true });
      expect((hint?.runAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(25_000);
      await commit({ ...system, ...told() }, key, await addAsset(system, anna.id, "2024-01-01T00:00:00"));
      expect(await waiting()).toEqual([]);
    });

    it("takes back nobody else's hint, nor what is worked on, nor what has failed before", async () => {
      const answer = await planOne(anna.ctx, fileOf("others"));
      const { key } = await rowOf(answer.uploadId);
      const runAt = new Date(Date.now() + 60_000);
      const assetId = await addAsset(system, anna.id, "2024-01-01T00:00:00");
      const theirs: Partial<typeof job.$inferInsert>[] = [
        { urgent: false },
        { urgent: true, leased: true },
        { urgent: true, attempts: 1 },
        { urgent: true, runAt: new Date(0) },
      ];
      for (const other of theirs) {
        await system.db.delete(job);
        await system.db.insert(job).values({ id: newId(), kind: "ingest", dedupe: key, payload: { key }, runAt, ...other });
        await commit({ ...system, ...told() }, key, assetId);
        expect([other, await waiting()]).toEqual([other, [expect.objectContaining({ key })]]);
      }
    });
  });

  it("hints ingest also when the store refused the bytes because they are there already", async () => {
    const answer = await planOne(anna.ctx, fileOf("twice"));
    expect((await send(answer, "twice")).status).toBe(200);
    const again = await planOne(anna.ctx, fileOf("twice"));
    expect((await send(again, "twice")).status).toBe(412);
    expect((await complete(anna.ctx, again.uploadId)).state).toBe("received");
    expect(await hints()).toHaveLength(1);
  });

  it("tells how it ended when it has ended", async () => {
    const answer = await planOne(anna.ctx, fileOf("ended"));
    const { key } = await rowOf(answer.uploadId);
    await commit(system, key, await addAsset(system, anna.id, "2024-01-01T00:00:00"));
    expect((await complete(anna.ctx, answer.uploadId)).state).toBe("committed");
    const other = await planOne(anna.ctx, fileOf("failed"));
    await fail(system, (await rowOf(other.uploadId)).key, "Other bytes.");
    expect((await complete(anna.ctx, other.uploadId)).state).toBe("failed");
    expect(await hints()).toEqual([]);
  });

  it("is for its owner alone", async () => {
    const ben = await addPerson(system, "Ben");
    const { uploadId } = await planOne(anna.ctx, fileOf("hers"));
    for (const act of [complete, abort, view]) await expect(act(ben.ctx, uploadId)).rejects.toMatchObject({ code: "not_found" });
    await expect(signParts(ben.ctx, uploadId, { from: 1, to: 1 })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("ending an upload", () => {
  it("is done once and for all, and twice is no error", async () => {
    const { uploadId } = await planOne(anna.ctx, fileOf("cancelled"));
    await abort(anna.ctx, uploadId);
    await abort(anna.ctx, uploadId);
    expect(await view(anna.ctx, uploadId)).toMatchObject({ state: "expired", reason: "Cancelled." });
    await expect(complete(anna.ctx, uploadId)).rejects.toMatchObject({ code: "gone" });
  });

  it("lets the same file be planned again", async () => {
    const first = await planOne(anna.ctx, fileOf("again"));
    await abort(anna.ctx, first.uploadId);
    const second = await planOne(anna.ctx, fileOf("again"));
    expect(second.uploadId).not.toBe(first.uploadId);
    expect((await rowOf(second.uploadId)).key).toBe((await rowOf(first.uploadId)).key);
  });

  it("comes too late for bytes that were received", async () => {
    const { uploadId } = await planOne(anna.ctx, fileOf("received"));
    await complete(anna.ctx, uploadId);
    await expect(abort(anna.ctx, uploadId)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a multipart upload", () => {
  const whole = "m".repeat(16 * MIB);
  const big = { ...fileOf("big"), size: 64 * MIB + 5 };
  const bodyOf = (number: number): string => (number < 5 ? whole : "m".repeat(5));

  async function sendParts(id: string, from: number, to: number): Promise<{ number: number; etag: string }[]> {
    const parts = await signParts(anna.ctx, id, { from, to });
    return Promise.all(
      parts.map(async ({ number, request }) => {
        const response = await fetch(request.url, { method: request.method, headers: request.headers, body: bodyOf(number) });
        expect(response.status).toBe(200);
        return { number, etag: response.headers.get("etag") ?? "" };
      }),
    );
  }

  it("is put together from its parts, and tells meanwhile which have arrived", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    expect((await view(anna.ctx, uploadId)).parts).toEqual([]);
    const first = await sendParts(uploadId, 1, 2);
    expect((await view(anna.ctx, uploadId)).parts).toEqual([
      { number: 1, size: 16 * MIB },
      { number: 2, size: 16 * MIB },
    ]);
    await expect(complete(anna.ctx, uploadId)).rejects.toMatchObject({ code: "conflict", extra: { missing: [3, 4, 5] } });
    const rest = await sendParts(uploadId, 3, 5);
    await expect(complete(anna.ctx, uploadId, [{ number: 1, etag: "other" }])).rejects.toMatchObject({ code: "stale" });
    expect((await complete(anna.ctx, uploadId, [...first, ...rest])).state).toBe("received");
    const { key } = await rowOf(uploadId);
    expect(await store().head(key)).toMatchObject({ size: 64 * MIB + 5 });
    expect((await complete(anna.ctx, uploadId)).state).toBe("received");
  });

  it("is found complete when only the answer to that was lost", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await sendParts(uploadId, 1, 5);
    const { key, multipartId } = await rowOf(uploadId);
    await store().multipart.complete(key, multipartId!, await store().multipart.parts(key, multipartId!), { ifNoneMatch: true });
    expect((await complete(anna.ctx, uploadId)).state).toBe("received");
  });

  it("is received when two say so at once, and again later", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await sendParts(uploadId, 1, 5);
    const answers = await Promise.all([complete(anna.ctx, uploadId), complete(anna.ctx, uploadId)]);
    expect(answers.map(({ state }) => state)).toEqual(["received", "received"]);
    expect((await complete(anna.ctx, uploadId)).state).toBe("received");
  });

  /** Anna's ctx, in which another call puts the parts together, and does `more`, right before this one tries to. */
  function overtaken(more: (key: string) => Promise<void> = async () => undefined): Ctx {
    const { multipart } = anna.ctx.store;
    const late: typeof multipart = {
      ...multipart,
      async complete(key, id, parts, options) {
        await multipart.complete(key, id, parts, options);
        await more(key);
        throw new AppError("gone", "The multipart upload has ended.");
      },
    };
    return { ...anna.ctx, store: { ...anna.ctx.store, multipart: late } };
  }

  it("is received when another call was quicker and the store has forgotten it", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await sendParts(uploadId, 1, 5);
    expect((await complete(overtaken(), uploadId)).state).toBe("received");
    expect((await rowOf(uploadId)).state).toBe("received");
  });

  it("tells how it ended when it was taken in meanwhile, and its surplus copy removed", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await sendParts(uploadId, 1, 5);
    const ctx = overtaken(async (key) => {
      await commit(system, key, await addAsset(system, anna.id, "2024-01-01T00:00:00"));
      await store().remove([key]);
    });
    expect((await complete(ctx, uploadId)).state).toBe("committed");
  });

  it("gives way to what is at its key already, for ingest to look at", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await sendParts(uploadId, 1, 5);
    const { key, multipartId } = await rowOf(uploadId);
    await store().put(key, new Uint8Array(3), { type: "image/jpeg" });
    expect((await complete(anna.ctx, uploadId)).state).toBe("received");
    expect((await store().head(key)).size).toBe(3);
    await expect(store().multipart.parts(key, multipartId!)).rejects.toMatchObject({ code: "gone" });
  });

  it("leaves no parts behind when it is ended", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await sendParts(uploadId, 1, 1);
    const { key, multipartId } = await rowOf(uploadId);
    await abort(anna.ctx, uploadId);
    await expect(store().multipart.parts(key, multipartId!)).rejects.toMatchObject({ code: "gone" });
  });

  it("leaves no parts behind when the store was away as it was ended, and it is ended again", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await sendParts(uploadId, 1, 1);
    const { key, multipartId } = await rowOf(uploadId);
    const away = () => Promise.reject(new AppError("storage_unavailable", "The storage does not answer."));
    const { store: hers } = anna.ctx;
    const broken: Ctx = { ...anna.ctx, store: { ...hers, multipart: { ...hers.multipart, abort: away } } };
    await expect(abort(broken, uploadId)).rejects.toMatchObject({ code: "storage_unavailable" });
    await abort(anna.ctx, uploadId);
    await expect(store().multipart.parts(key, multipartId!)).rejects.toMatchObject({ code: "gone" });
  });

  it("cannot be completed before a part was sent", async () => {
    const { uploadId } = await planOne(anna.ctx, big);
    await expect(complete(anna.ctx, uploadId)).rejects.toMatchObject({ code: "conflict" });
  });
});
