import { AppError, type Ctx } from "#kernel";
import { isThere } from "#storage";
import { job } from "#kernel/table";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne, send } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { commit, fail } from "./expected.ts";
import { expire, nextExpiry } from "./expire.ts";
import { signParts } from "./parts.ts";
import { upload } from "./upload.sql.ts";

const database = useDatabase();
const store = useStore();
const HOUR = 3_600_000;

let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;
let count = 0;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  anna = await addPerson(system, `Anna${count++}`);
});

const after = (hours: number): Ctx => ({ ...system, now: () => new Date(Date.now() + hours * HOUR) });
const rowOf = async (id: string) => (await system.db.select().from(upload).where(eq(upload.id, id)))[0];
const hints = async () => (await system.db.select({ payload: job.payload }).from(job)).map(({ payload }) => payload["key"]);

async function start(content: string): Promise<{ id: string; key: string }> {
  const answer = await planOne(anna.ctx, fileOf(content));
  expect((await send(answer, content)).status).toBe(200);
  return { id: answer.uploadId, key: (await rowOf(answer.uploadId))!.key };
}

describe("uploads whose time is over", () => {
  it("end when nothing arrived, and not an hour sooner", async () => {
    const { uploadId } = await planOne(anna.ctx, fileOf("never sent"));
    expect(await expire(after(23))).toEqual({ hinted: 0, expired: 0 });
    expect(await expire(after(25))).toEqual({ hinted: 0, expired: 1 });
    expect(await rowOf(uploadId)).toMatchObject({ state: "expired", reason: "Not finished in time. Add the file again." });
  });

  it("are hinted to ingest when the bytes did arrive, and nothing of them is deleted", async () => {
    const { id, key } = await start("arrived, but the client was gone");
    expect(await expire(after(25))).toMatchObject({ hinted: 1, expired: 0 });
    expect(await rowOf(id)).toMatchObject({ state: "received" });
    expect(await hints()).toEqual([key]);
    expect(await expire(after(26))).toMatchObject({ hinted: 0, expired: 0 });
    expect(await expire(after(24 * 40))).toMatchObject({ hinted: 1 });
    expect(await isThere(system.store, key)).toBe(true);
  });

  it("leave no parts of a multipart upload at the store", async () => {
    const { uploadId } = await planOne(anna.ctx, fileOf("parts", { size: 64 * 1024 ** 2 }));
    await signParts(anna.ctx, uploadId, { from: 1, to: 1 });
    const row = (await rowOf(uploadId))!;
    expect(await expire(after(25))).toMatchObject({ expired: 0 });
    expect(await expire(after(49))).toMatchObject({ expired: 1 });
    await expect(store().multipart.parts(row.key, row.multipartId!)).rejects.toMatchObject({ code: "gone" });
  });

  it("end one after the other, though the store does not let go of the parts of the first", async () => {
    const { uploadId } = await planOne(anna.ctx, fileOf("stuck", { size: 64 * 1024 ** 2 }));
    await signParts(anna.ctx, uploadId, { from: 1, to: 1 });
    const next = await planOne(anna.ctx, fileOf("behind it"));
    const multipart = { ...store().multipart, abort: () => Promise.reject(new AppError("storage_unavailable", "It may not be aborted.")) };
    const late = after(24 * 5);
    expect(await expire({ ...late, store: { ...late.store, multipart } })).toEqual({ hinted: 0, expired: 2 });
    expect([(await rowOf(uploadId))?.state, (await rowOf(next.uploadId))?.state]).toEqual(["expired", "expired"]);
  });

  it("leave what lies at a failed one's key alone: a person may have put it there, and no asset holds it yet", async () => {
    const { id, key } = await start("other bytes than announced");
    await store().remove([key]);
    await fail(system, key, "The file changed while it was uploaded.");
    await store().put(key, new TextEncoder().encode("put by hand"), { type: "image/jpeg" });
    await expire(after(25));
    expect([await isThere(system.store, key), (await rowOf(id))?.state]).toEqual([true, "failed"]);
    await expire(after(24 * 32));
    expect([await isThere(system.store, key), await rowOf(id)]).toEqual([true, undefined]);
  });

  it("are forgotten a month after they were committed", async () => {
    const { id, key } = await start("committed");
    await commit(system, key, await addAsset(system, anna.id, "2024-01-01T00:00:00", { key }));
    await expire(after(24 * 30));
    expect(await rowOf(id)).toBeDefined();
    await expire(after(24 * 32));
    expect(await rowOf(id)).toBeUndefined();
    expect(await isThere(system.store, key)).toBe(true);
  });

  it("are ended by the service alone", async () => {
    await expect(expire(anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("are told of before: when the first is to end, and nothing while none is under way", async () => {
    await expire(after(24 * 365));
    expect(await nextExpiry(system)).toBeNull();
    const { uploadId } = await planOne(anna.ctx, fileOf("under way"));
    expect(await nextExpiry(system)).toEqual((await rowOf(uploadId))!.expiresAt);
    await expire(after(24 * 365));
    expect(await nextExpiry(system)).toBeNull();
  });
});
