import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultyHomelab, startFaultyHomelab } from "../support/faulty-homelab.ts";
import { hasToxiproxy } from "../support/tools.ts";
import { expectKept, newUploads, problemOf, readiness, reasonOf, type Uploads } from "./promise.ts";

type Spoil = (world: FaultyHomelab) => unknown;

/** The longest that a person waits for an answer, whatever is away. */
const PATIENCE_MS = 25_000;

describe.skipIf(!hasToxiproxy)("a store", { timeout: 180_000 }, () => {
  let world: FaultyHomelab;
  let uploads: Uploads;
  beforeAll(async () => {
    world = await startFaultyHomelab();
    uploads = await newUploads();
  });
  afterEach(() => world.heal());
  afterAll(() => world?.stop());

  const isOriginal = (url: URL): boolean => /\/(?:library|incoming)\//u.test(url.pathname);

  it.each<[string, Spoil]>([
    ["that answers 503", ({ storeHttp }) => storeHttp.spoil(() => ({ kind: "answer", status: 503 }))],
    ["that takes no connection", ({ storeLine }) => storeLine.cut()],
    ["that never answers", ({ storeLine }) => storeLine.poison({ type: "timeout", attributes: { timeout: 0 } })],
    ["that breaks every connection", ({ storeLine }) => storeLine.poison({ type: "reset_peer", attributes: { timeout: 50 } })],
  ])("%s is said to be away, and its return is enough", async (_, spoil) => {
    const { client } = world;
    const [settled] = await client.settled([await uploads.send(client)]);
    await spoil(world);
    const sent = await uploads.send(client);

    expect(await readiness(client)).toMatchObject({ status: 503, checks: { database: "ok", store: "failed" } });
    const original = await problemOf(client.call("GET", `/api/assets/${settled?.assetId}/original`));
    expect(original).toMatchObject({ status: 503, code: "storage_unavailable" });
    expect(original.ms).toBeLessThan(PATIENCE_MS);
    expect((await client.call("GET", "/api/timeline/geometry")).status).toBe(200);
    expect(await reasonOf(client, "ingest")).toMatch(/^The store does not answer as it should/u);
    expect(await client.status([sent])).toMatchObject([{ state: "received", safe: false }]);

    await world.heal();
    await expectKept(client, uploads);
    expect(await readiness(client)).toMatchObject({ status: 200, ok: true });
  });

  it.each<[string, Spoil]>([
    [
      "breaks off in the middle",
      ({ storeHttp }) =>
        storeHttp.spoil(({ method, url }) => (method === "GET" && isOriginal(url) ? { kind: "reset", share: 0.5 } : undefined)),
    ],
    [
      "sends half an object as if it were whole",
      ({ storeHttp }) =>
        storeHttp.spoil(({ method, url }) => (method === "GET" && isOriginal(url) ? { kind: "short", share: 0.5 } : undefined)),
    ],
  ])("that %s has not sent a photo: it is read again", async (_, spoil) => {
    const { client } = world;
    await spoil(world);
    const sent = await uploads.send(client);
    expect(await reasonOf(client, "ingest")).toMatch(/^The store /u);
    expect(world.storeHttp.spoilt()).toBeGreaterThan(0);
    expect(await client.status([sent])).toMatchObject([{ state: "received", safe: false }]);
    await world.heal();
    await expectKept(client, uploads);
  });

  it("that is slow is waited for", async () => {
    const { client, storeLine } = world;
    await storeLine.poison({ type: "latency", attributes: { latency: 400, jitter: 200 } });
    await storeLine.poison({ type: "bandwidth", attributes: { rate: 200 } });
    const sent = [await uploads.send(client), await uploads.send(client)];
    expect(await client.settled(sent)).toMatchObject([{ safe: true }, { safe: true }]);
    await expectKept(client, uploads);
  });
});
