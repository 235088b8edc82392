import { randomBytes } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { isTaken } from "@tintype/core/storage";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { copyObject } from "../../packages/functions/src/adapters/store-s3-copy.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { createS3Store, type S3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { expectCode } from "../support/code.ts";
import { md5 } from "../support/s3-sign.ts";
import { type Fault, startFaultStore } from "../support/fault-store.ts";
import { CREDENTIALS, KEYS, type RunningStore, SETTING, STORES } from "../support/stores.ts";

const MIB = 2 ** 20;
const text = new TextEncoder();

describe.each(STORES)("moving objects within $name", { timeout: 60_000 }, ({ start, copiesOnce }) => {
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

  const put = (key: string, body: string) => store.put(key, text.encode(body), { type: "image/jpeg" });
  const read = async (key: string): Promise<string> => new Response(await store.get(key)).text();

  describe("a copy", () => {
    it.each(KEYS)("of %s has its bytes, size and type", async (key) => {
      await put(`from/${key}`, key);
      const { etag } = await store.copy(`from/${key}`, `to/${key}`);
      expect(await read(`to/${key}`)).toBe(key);
      expect(await store.head(`to/${key}`)).toMatchObject({ etag, type: "image/jpeg", size: text.encode(key).length });
      expect(await read(`from/${key}`)).toBe(key);
    });

    it("is proven by the store's answer: its etag is the MD5 of its bytes, and its time that which HEAD tells", async () => {
      const { etag } = await put("proof", "the bytes");
      const copied = await store.copy("proof", "proven", { etag, size: 9, ifNoneMatch: true });
      expect(copied.etag).toBe(md5("the bytes"));
      const { lastModified } = await store.head("proven");
      expect(Math.trunc(copied.lastModified!.getTime() / 1000)).toBe(lastModified.getTime() / 1000);
      await put("proof", "written over");
      await expectCode(store.copy("proof", "other proof", { etag, size: 9, ifNoneMatch: true }), "stale");
    });

    it("of what was sent in parts has the MD5 of the whole for its etag, or keeps theirs, which proves nothing", async () => {
      const client = createClient(running.options);
      const upload = { Bucket: running.options.bucket, Key: "in parts" };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
      const body = randomBytes(5 * MIB + 3);
      const pieces = [body.subarray(0, 5 * MIB), body.subarray(5 * MIB)];
      const Parts = await Promise.all(
        pieces.map(async (Body, i) => {
          const { ETag } = await client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: i + 1, Body }));
          return { ETag, PartNumber: i + 1 };
        }),
      );
      await client.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
      client.destroy();
      const { etag, size } = await store.head("in parts");
      const copied = await store.copy("in parts", "in one", { etag, size });
      expect([md5(body), etag]).toContain(copied.etag);
    });

    it("is of the version that it was asked for, or of none", async () => {
      const { etag } = await put("copied", "as it was");
      await store.copy("copied", "copy", { etag, ifNoneMatch: true });
      await put("copied", "as it is");
      await expectCode(store.copy("copied", "other", { etag, ifNoneMatch: true }), "stale");
      await expectCode(store.copy("no/such", "other", { etag }), "not_found");
      await expectCode(store.head("other"), "not_found");
      expect(await read("copy")).toBe("as it was");
    });

    it("does not overwrite when asked not to, where the store looks at that", async () => {
      const { etag } = await put("mine", "mine");
      await put("yours", "yours");
      const copied = store.copy("mine", "yours", { etag, ifNoneMatch: true });
      await (copiesOnce ? expectCode(copied, "conflict") : copied);
      expect(await read("yours")).toBe(copiesOnce ? "yours" : "mine");
    });

    it("of an object that is too large for one request is made in parts, with type and metadata, and leaves none when it fails", async () => {
      const client = createClient(running.options);
      const bucket = running.options.bucket;
      const body = randomBytes(11 * MIB);
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: "la rge", Body: body, ContentType: "video/mp4", Metadata: { mtime: "1700000000.5" } }),
      );
      const { etag } = await store.head("la rge");
      const copied = await copyObject({ client, bucket }, "la rge", "large copy", { etag, ifNoneMatch: true }, 5 * MIB);
      const back = Buffer.from(await new Response(await store.get("large copy")).arrayBuffer());
      expect(back.equals(body)).toBe(true);
      expect(await store.head("large copy")).toMatchObject({ etag: copied.etag, type: "video/mp4", meta: { mtime: "1700000000.5" } });
      await put("la rge", "x".repeat(6 * MIB));
      await expectCode(copyObject({ client, bucket }, "la rge", "failed", { etag }, 5 * MIB), "stale");
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: "failed" }));
      expect(Uploads).toEqual([]);
      client.destroy();
    });
  });

  describe("an object that is opened", () => {
    it.each(KEYS)("of %s has its bytes, and what HEAD tells", async (key) => {
      await put(`open/${key}`, key);
      const { head, body } = await store.open(`open/${key}`);
      const { sha256: _sha256, ...told } = await store.head(`open/${key}`);
      expect(head).toEqual(told);
      expect(await new Response(body).text()).toBe(key);
    });

    it("that is not there is not found, and one that is empty has no bytes", async () => {
      await expectCode(store.open("no/such"), "not_found");
      await put("open/empty", "");
      const { head, body } = await store.open("open/empty");
      expect([head.size, await new Response(body).text()]).toEqual([0, ""]);
    });

    it("keeps no connection when nobody reads it", async () => {
      await put("open/large", "x".repeat(3 * MIB));
      // More than there may be at a time.
      for (let i = 0; i < 80; i++) await (await store.open("open/large")).body.cancel();
      expect(await store.head("open/large")).toMatchObject({ size: 3 * MIB });
    });
  });

  it("tells whether a key is taken", async () => {
    await put("taken/a", "a");
    await put("taken/empty", "");
    const keys = ["taken/a", "taken/empty", "taken", "taken/b"];
    expect(await Promise.all(keys.map((key) => isTaken(store, key)))).toEqual([true, true, false, false]);
  });

  it("removes an object only while it is the one that was seen", async () => {
    await put("seen & gone", "seen");
    const before = await store.head("seen & gone");
    await put("seen & gone", "written over");
    expect(await store.removeSame(before)).toBe(false);
    const now = await store.head("seen & gone");
    expect(await store.removeSame({ ...now, size: now.size - 1 })).toBe(false);
    expect(await store.removeSame({ ...now, lastModified: new Date(now.lastModified.getTime() - 1000) })).toBe(false);
    expect(await store.removeSame(now)).toBe(true);
    expect(await store.removeSame(now)).toBe(false);
    await expectCode(store.head("seen & gone"), "not_found");
  });

  it("tells what an uploader wrote beside an object", async () => {
    const client = createClient(running.options);
    await client.send(
      new PutObjectCommand({ Bucket: running.options.bucket, Key: "meta", Body: "x", Metadata: { mtime: "1700000000.123456789" } }),
    );
    expect((await store.head("meta")).meta).toMatchObject({ mtime: "1700000000.123456789" });
    client.destroy();
  });
});

/** What Ceph 16 was seen to do. It is too heavy for every day, so a store of ours stands for it. */
describe("a store that tells less, and looks at less", () => {
  let running: RunningStore;
  const undo: (() => Promise<unknown> | void)[] = [];

  beforeAll(async () => {
    running = await STORES[0]!.start();
    await setUpStore(running.options, SETTING);
  });
  afterAll(() => running.stop());
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });

  const behind = async (fault: Fault): Promise<S3Store> => {
    const { url, stop } = await startFaultStore(running.options.endpoint, CREDENTIALS, fault);
    const store = createS3Store({ ...running.options, endpoint: url });
    undo.push(stop, () => store.close());
    return store;
  };
  const began = async (store: S3Store, key: string) => {
    const { id } = await store.multipart.create(key, "video/mp4");
    const { url, method, headers } = await store.sign.part({ key, id, number: 1, size: 4, expiresIn: 60 });
    const { headers: told } = await fetch(url, { method, headers, body: "part" });
    return { id, parts: [{ number: 1, etag: (told.get("etag") ?? "").replaceAll('"', ""), size: 4 }] };
  };

  it("is asked for the etag of what was put together, where it does not tell it", async () => {
    const store = await behind({ hides: /<ETag>[^<]*<\/ETag>(?=.*<\/CompleteMultipartUploadResult>)/su });
    const { id, parts } = await began(store, "silent.mp4");
    const { etag } = await store.multipart.complete("silent.mp4", id, parts);
    expect(etag).toMatch(/-1$/u);
    expect(await store.head("silent.mp4")).toMatchObject({ etag });
  });

  it("copies no other version than the one that was asked for, where it does not look itself", async () => {
    const store = await behind({ ignores: "x-amz-copy-source-if-match" });
    const { etag } = await store.put("changing", text.encode("as it was"), { type: "image/jpeg" });
    await store.put("changing", text.encode("as it is"), { type: "image/jpeg" });
    await expectCode(store.copy("changing", "elsewhere", { etag }), "stale");
    await expectCode(store.head("elsewhere"), "not_found");
  });

  it("copies another version where nobody looks, and its etag tells", async () => {
    const store = await behind({ ignores: "x-amz-copy-source-if-match" });
    const { etag } = await store.put("unlooked", text.encode("as it was"), { type: "image/jpeg" });
    await store.put("unlooked", text.encode("as it is"), { type: "image/jpeg" });
    expect(await store.copy("unlooked", "copied unlooked", { etag, size: 9 })).toMatchObject({ etag: md5("as it is") });
  });

  it("calls an upload that has ended a missing object, which is told as ended", async () => {
    const store = await behind({ fail: ({ method, url }) => (method === "GET" && url.searchParams.has("uploadId") ? 404 : undefined) });
    const { id } = await began(store, "ended.mp4");
    await expectCode(store.multipart.parts("ended.mp4", id), "gone");
  });
});
