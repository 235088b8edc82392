import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEdgeStore } from "../../packages/functions/src/adapters/store-edge.ts";
import { createS3Store, type S3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import type { S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { expectCode } from "../support/code.ts";
import { keepsContract, type Opened } from "../support/store-contract.ts";
import { KEYS, type RunningStore, SETTING, STORES } from "../support/stores.ts";

const text = new TextEncoder();

const ADAPTERS: readonly { by: string; open: (options: S3Options) => Opened }[] = [
  {
    by: "the AWS SDK",
    open: (options) => {
      const store = createS3Store(options);
      return { store, close: () => store.close() };
    },
  },
  {
    by: "the Worker's own requests",
    open: (options) => ({
      store: createEdgeStore({ ...options, onRequest: () => undefined, pathStyle: true, pins: () => Promise.resolve(true) }),
      close: () => undefined,
    }),
  },
];

describe.each(STORES)("the ObjectStore on $name", { timeout: 60_000 }, ({ start, perBucketCors, pins }) => {
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

  describe.each(ADAPTERS)("by $by", ({ open }) => {
    keepsContract({ options: () => running.options, open, pins });
    // The next one has an empty store, too.
    afterAll(async () => store.remove((await store.list("")).objects.map(({ key }) => key)));
  });

  it("removes many at once, whatever they are called, and what is not there", async () => {
    await Promise.all(KEYS.map((key) => put(`keys/${key}`, key)));
    await store.remove([...KEYS.map((key) => `keys/${key}`), "no/such"]);
    expect(await store.list("keys/")).toEqual({ objects: [] });
    await expectCode(store.head("keys/plain.jpg"), "not_found");
  });

  it("signs for the host that the browser used", async () => {
    await put("host.jpg", "here");
    const { port } = new URL(running.options.endpoint);
    const local = store.withPublicEndpoint(`http://localhost:${port}`);
    const url = local.sign.get({ key: "host.jpg" });
    expect(new URL(url).host).toBe(`localhost:${port}`);
    expect(await (await fetch(url)).text()).toBe("here");
    expect(await new Response(await local.get("host.jpg")).text()).toBe("here");
  });

  it("lets pages of other origins in after setting up, once or twice, beside the bucket's own rules", async () => {
    expect((await setUpStore(running.options, SETTING)).cors.detail).toBe(
      perBucketCors ? "A rule of the bucket." : "The store lets them in by itself.",
    );
    const preflight = await fetch(store.sign.get({ key: "host.jpg" }), {
      method: "OPTIONS",
      headers: {
        origin: "https://photos.example",
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type,if-none-match,x-amz-checksum-sha256",
      },
    });
    expect(preflight.status).toBeLessThan(300);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://photos.example");
    await put("host.jpg", "here");
    const response = await fetch(store.sign.get({ key: "host.jpg" }), { headers: { origin: "https://photos.example" } });
    expect(response.headers.get("access-control-expose-headers")?.toLowerCase()).toContain("etag");
  });
});
