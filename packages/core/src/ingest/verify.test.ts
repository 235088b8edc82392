import { bytesToHex } from "@noble/hashes/utils.js";
import { asset } from "#asset/table";
import { newId, type Ctx } from "#kernel";
import { upload } from "#upload/table";
import { assemble, nodeHasher, putByHand } from "@tintype/test/ingest";
import { useDatabase } from "@tintype/test/database";
import { addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne, send } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { complete } from "#upload";
import { readLedger } from "./ledger.ts";
import { headOf } from "#storage";
import { readHashed } from "./object.ts";
import { originOf } from "./origin.ts";
import { assetAt, verify, type Verified } from "./verify.ts";

const database = useDatabase();
const store = useStore();
let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;
let folder: string;
let round = 0;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  round++;
  anna = await addPerson(system, `Anna${round}`);
  folder = `library/${anna.handle}`;
});

/** Reads what lies at the key now, and verifies it. */
async function verifyAt(key: string): Promise<Verified> {
  const head = (await headOf(system.store, key))!;
  const origin = (await originOf(system, head))!;
  const holder = await assetAt(system, key);
  return verify(system, { head, origin, holder, read: await readHashed(system, nodeHasher, head, origin.name) });
}

async function uploaded(content: string, name = "IMG_1.JPG"): Promise<{ key: string; uploadId: string }> {
  const answer = await planOne(anna.ctx, fileOf(content, { name }));
  await send(answer, content);
  const [row] = await system.db.select().from(upload).where(eq(upload.id, answer.uploadId));
  return { key: row!.key, uploadId: answer.uploadId };
}

async function torn(content: string, sent: string): Promise<{ key: string; uploadId: string }> {
  const { uploadId } = await planOne(anna.ctx, fileOf(content));
  const { key } = (await uploadOf(uploadId))!;
  await assemble(system, key, sent);
  return { key, uploadId };
}

const uploadOf = async (id: string) => (await system.db.select().from(upload).where(eq(upload.id, id)))[0];
const assets = () => system.db.select().from(asset).where(eq(asset.ownerId, anna.id));

describe("bytes that were announced", () => {
  it("become an asset, stored and safe, at the file's own time; the upload is committed with it", async () => {
    const { key, uploadId } = await uploaded("one", "Été 1.jpg");
    expect((await verifyAt(key)).kind).toBe("stored");
    const [row] = await assets();
    expect(row).toMatchObject({
      key,
      state: "stored",
      name: "Été 1.jpg",
      size: 3,
      localAt: "2024-06-05T04:03:02",
      offsetMinutes: null,
      provenance: { localAt: "mtime" },
    });
    expect(bytesToHex(row!.sha256)).toBe(fileOf("one").sha256);
    expect(await uploadOf(uploadId)).toMatchObject({ state: "committed", assetId: row!.id });
  });

  it("that are verified again stay one asset", async () => {
    const { key } = await uploaded("two");
    await verifyAt(key);
    await verifyAt(key);
    expect(await assets()).toHaveLength(1);
  });

  it("that were put together changed fail the upload, are removed, and make no asset", async () => {
    const { key, uploadId } = await torn("sent", "lost");
    expect(await verifyAt(key)).toEqual({ kind: "rejected", reason: "The file changed while it was being uploaded. Add it again." });
    expect(await uploadOf(uploadId)).toMatchObject({
      state: "failed",
      reason: "The file changed while it was being uploaded. Add it again.",
    });
    expect(await assets()).toEqual([]);
    expect(await headOf(system.store, key)).toBeUndefined();
  });

  it("that were put together cut short say so", async () => {
    const { key } = await torn("whole", "who");
    expect(await verifyAt(key)).toEqual({ kind: "rejected", reason: "3 of 5 bytes arrived. Add the file again." });
  });

  it("and were refused by the store because a person's file lies there fail the upload, and that file comes in as it is", async () => {
    const answer = await planOne(anna.ctx, fileOf("announced"));
    const [row] = await system.db.select().from(upload).where(eq(upload.id, answer.uploadId));
    const key = await putByHand(system, row!.key, "the only copy");
    expect((await send(answer, "announced")).status).toBe(412);
    await complete(anna.ctx, answer.uploadId);
    expect((await verifyAt(key)).kind).toBe("stored");
    expect(await uploadOf(answer.uploadId)).toMatchObject({ state: "failed", reason: "Another file lies in its place. Add it again." });
    expect(await headOf(system.store, key)).toMatchObject({ size: 13 });
    expect(await assets()).toMatchObject([{ key, size: 13, state: "stored" }]);
    const again = await planOne(anna.ctx, fileOf("announced"));
    expect((await send(again, "announced")).status).toBe(200);
  });

  it("bind nobody once they are committed: other bytes at the key are an edit of the same asset", async () => {
    const { key } = await uploaded("kept");
    await verifyAt(key);
    await putByHand(system, key, "torn");
    expect((await verifyAt(key)).kind).toBe("stored");
    expect(await headOf(system.store, key)).toBeDefined();
    expect(await assets()).toMatchObject([{ key, size: 4, state: "stored" }]);
  });
});

describe("the same bytes under another name", () => {
  it("are the asset that has them already; the surplus upload is removed", async () => {
    const first = await uploaded("same", "a.jpg");
    await verifyAt(first.key);
    const key = await putByHand(system, `${folder}/b.jpg`, "same");
    const before = (await uploadOf(first.uploadId))!;
    const second = { ...before, id: newId(), key, name: "b.jpg", state: "received" as const, assetId: null };
    await system.db.insert(upload).values(second);
    expect(await verifyAt(key)).toMatchObject({ kind: "duplicate", asset: { key: first.key } });
    expect(await assets()).toHaveLength(1);
    expect(await uploadOf(second.id)).toMatchObject({ state: "committed", assetId: (await assets())[0]!.id });
    expect([await headOf(system.store, key), (await headOf(system.store, first.key))?.size]).toEqual([undefined, 4]);
  });

  it("that a person put there stay, and are not looked at again", async () => {
    const { key } = await uploaded("copied");
    await verifyAt(key);
    const copy = await putByHand(system, `${folder}/copy.jpg`, "copied");
    expect((await verifyAt(copy)).kind).toBe("duplicate");
    const head = await headOf(system.store, copy);
    expect(await readLedger(system, copy, head!.etag)).toEqual({ steps: { verify: 1 }, isCopy: true });
  });

  it("are where the asset has moved to, when its own object has gone", async () => {
    const { key } = await uploaded("moved");
    const before = await verifyAt(key);
    await store().remove([key]);
    const place = await putByHand(system, `${folder}/album/moved.jpg`, "moved");
    const verified = await verifyAt(place);
    expect(verified).toMatchObject({ kind: "stored", asset: { key: place } });
    expect([(await assets()).length, "asset" in before && before.asset.id]).toEqual([1, "asset" in verified && verified.asset.id]);
  });

  it("of another owner are another asset", async () => {
    await verifyAt((await uploaded("shared")).key);
    const ben = await addPerson(system, `Ben${round}`);
    expect((await verifyAt(await putByHand(system, `library/${ben.handle}/a.jpg`, "shared"))).kind).toBe("stored");
  });
});

describe("bytes that nobody announced", () => {
  it("are adopted into the library of whose folder they lie in", async () => {
    const key = await putByHand(system, `${folder}/2019/IMG_20180725_163423~0123abcd.jpg`, "by hand");
    expect((await verifyAt(key)).kind).toBe("stored");
    expect(await assetAt(system, key)).toMatchObject({ ownerId: anna.id, name: "IMG_20180725_163423.jpg", localAt: "2018-07-25T16:34:23" });
  });

  it("that replace an asset's are its content from now on, to be read afresh", async () => {
    const key = await putByHand(system, `${folder}/a.jpg`, "before");
    await verifyAt(key);
    await system.db
      .update(asset)
      .set({ state: "ready", derivedVersion: 1, thumbhash: new Uint8Array([1]) })
      .where(eq(asset.key, key));
    await putByHand(system, key, "after it");
    await verifyAt(key);
    expect(await assetAt(system, key)).toMatchObject({ state: "stored", size: 8, derivedVersion: null, thumbhash: null });
    expect(await assets()).toHaveLength(1);
  });

  it("that replace an asset's with a copy of another leave both, and say so", async () => {
    const other = await putByHand(system, `${folder}/b.jpg`, "the other");
    const key = await putByHand(system, `${folder}/a.jpg`, "before");
    await verifyAt(other);
    await verifyAt(key);
    await putByHand(system, key, "the other");
    expect((await verifyAt(key)).kind).toBe("duplicate");
    expect(await assetAt(system, key)).toMatchObject({
      state: "unprocessable",
      reason: "Its file in storage was replaced by b.jpg.",
      missing: true,
    });
    expect(await headOf(system.store, key)).toBeDefined();
  });
});

it("is the service's alone", async () => {
  const { key } = await uploaded("mine");
  const head = (await headOf(system.store, key))!;
  const origin = (await originOf(system, head))!;
  const read = await readHashed(system, nodeHasher, head, origin.name);
  await expect(verify(anna.ctx, { head, read, origin, holder: undefined })).rejects.toMatchObject({ code: "forbidden" });
});
