import { randomBytes } from "node:crypto";
import { ListMultipartUploadsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { copyObject } from "../../packages/functions/src/adapters/store-s3-copy.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { createS3Store, type S3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { expectCode } from "../support/code.ts";
import { KEYS, type RunningStore, SETTING, STORES } from "../support/stores.ts";

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

  it("removes an object only while it is the one that was seen", async () => {
    const { etag } = await put("seen & gone", "seen");
    await put("seen & gone", "written over");
    expect(await store.removeSame({ key: "seen & gone", etag })).toBe(false);
    const now = await store.head("seen & gone");
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
