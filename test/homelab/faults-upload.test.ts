import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FaultyHomelab, startFaultyHomelab } from "../support/faulty-homelab.ts";
import type { HttpFault } from "../support/http-fault.ts";
import { hasToxiproxy } from "../support/tools.ts";
import { expectKept, newUploads, type Uploads } from "./promise.ts";

/** From this size on a file goes in parts. */
const LARGE_BYTES = 64 << 20;
const FAILED = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>Try again.</Message></Error>`;

describe.skipIf(!hasToxiproxy)("an upload", { timeout: 180_000 }, () => {
  let world: FaultyHomelab;
  let uploads: Uploads;
  beforeAll(async () => {
    world = await startFaultyHomelab();
    uploads = await newUploads();
  });
  afterEach(() => world.heal());
  afterAll(() => world?.stop());

  it.each<[string, HttpFault]>([
    ["whose line breaks in the middle", { kind: "reset-body", share: 0.5 }],
    ["of which half arrives as if it were all", { kind: "short-body", share: 0.5 }],
    ["that the store answers with 503", { kind: "answer", status: 503 }],
  ])("%s is not acknowledged, leaves nothing behind and is sent again", async (_, fault) => {
    const { client } = world;
    const photo = uploads.photo(1_000_000);
    world.uploads.spoil(({ method }) => (method === "PUT" ? fault : undefined));
    await expect(uploads.send(client, photo)).rejects.toThrow(/^(?:fetch failed|PUT: \d+)/u);
    expect(world.uploads.spoilt()).toBeGreaterThan(0);
    await world.heal();
    await uploads.send(client, photo);
    await expectKept(client, uploads);
  });

  it.each<[string, boolean]>([
    ["before the parts are put together", false],
    ["after the parts were put together", true],
  ])("in parts to whose end the store answers 200 with an error, %s, is not acknowledged, and is completed later", async (_, after) => {
    const { client } = world;
    const photo = uploads.photo(LARGE_BYTES);
    const isComplete = ({ method, url }: { method: string; url: URL }): boolean => method === "POST" && url.searchParams.has("uploadId");
    world.storeHttp.spoil((asked) => (isComplete(asked) ? { kind: "answer", status: 200, body: FAILED, after } : undefined));
    await expect(uploads.send(client, photo)).rejects.toThrow(/503 .*storage_unavailable/u);
    expect(world.storeHttp.spoilt()).toBeGreaterThan(0);
    await world.heal();
    expect(await uploads.finish(client, photo)).toMatchObject({ state: "received" });
    await expectKept(client, uploads);
  });
});
