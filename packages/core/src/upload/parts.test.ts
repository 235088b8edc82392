import { useAnna } from "@tintype/test/anna";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { complete } from "./complete.ts";
import { signParts } from "./parts.ts";
import { upload } from "./upload.sql.ts";

const store = useStore();
const big = { ...fileOf("big"), size: 64 * 1024 ** 2 };

const here = useAnna(() => ({ store: store() }));

const multipartIdOf = async (id: string) => (await here.system.db.select().from(upload).where(eq(upload.id, id)))[0]!.multipartId;

describe("signing the parts of an upload", () => {
  it("starts it at the store with the first, and once", async () => {
    const { uploadId } = await planOne(here.anna.ctx, big);
    expect(await multipartIdOf(uploadId)).toBeNull();
    const parts = await signParts(here.anna.ctx, uploadId, { from: 2, to: 3 });
    expect(parts.map(({ number }) => number)).toEqual([2, 3]);
    const started = await multipartIdOf(uploadId);
    await signParts(here.anna.ctx, uploadId, { from: 1, to: 1 });
    expect(await multipartIdOf(uploadId)).toBe(started);
  });

  it("starts it again when the store has dropped it", async () => {
    const { uploadId } = await planOne(here.anna.ctx, big);
    await signParts(here.anna.ctx, uploadId, { from: 1, to: 1 });
    const [row] = await here.system.db.select().from(upload).where(eq(upload.id, uploadId));
    await store().multipart.abort(row!.key, row!.multipartId!);
    await signParts(here.anna.ctx, uploadId, { from: 1, to: 1 });
    expect(await multipartIdOf(uploadId)).not.toBe(row!.multipartId);
  });

  it("pins the size of each part, the last one's too", async () => {
    const { uploadId } = await planOne(here.anna.ctx, { ...big, size: big.size + 7 });
    const [last] = await signParts(here.anna.ctx, uploadId, { from: 5, to: 5 });
    const sendLast = (length: number) =>
      fetch(last!.request.url, { method: "PUT", headers: last!.request.headers, body: "x".repeat(length) });
    expect((await sendLast(8)).status).toBe(403);
    expect((await sendLast(7)).status).toBe(200);
  });

  it.each([
    { from: 4, to: 5 },
    { from: 3, to: 2 },
  ])("refuses %j of four parts", async (range) => {
    const { uploadId } = await planOne(here.anna.ctx, big);
    await expect(signParts(here.anna.ctx, uploadId, range)).rejects.toMatchObject({ code: "invalid" });
  });

  it("is refused where there are no parts, or no more to come", async () => {
    const small = await planOne(here.anna.ctx, fileOf("small"));
    await expect(signParts(here.anna.ctx, small.uploadId, { from: 1, to: 1 })).rejects.toMatchObject({ code: "conflict" });
    const { uploadId } = await planOne(here.anna.ctx, big);
    await here.system.db.update(upload).set({ state: "received" }).where(eq(upload.id, uploadId));
    expect((await complete(here.anna.ctx, uploadId)).state).toBe("received");
    await expect(signParts(here.anna.ctx, uploadId, { from: 1, to: 1 })).rejects.toMatchObject({ code: "conflict" });
  });
});
