import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient, setUp, signIn } from "../support/client.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import type { Program } from "../support/program.ts";
import { hasHomelab } from "../support/tools.ts";
import { expectKept, newUploads, type Uploads } from "./promise.ts";

/** Debian's package `faketime`. */
const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

if (!existsSync(LIBRARY) && process.env["REQUIRE_TOOLS"] === "1") throw new Error("faketime is not installed (.ci/run does it)");

describe.skipIf(!hasHomelab || !existsSync(LIBRARY))("a clock that is 20 minutes off", { timeout: 180_000 }, () => {
  let homelab: Homelab;
  let uploads: Uploads;
  let running: Program | undefined;
  beforeAll(async () => {
    homelab = await startHomelab();
    uploads = await newUploads();
  });
  afterAll(async () => {
    await running?.kill();
    await homelab?.stop();
  });

  const startAt = async (minutes: number, role: string): Promise<Program> =>
    homelab.start({
      LD_PRELOAD: LIBRARY,
      FAKETIME: `${minutes > 0 ? "+" : ""}${minutes}m`,
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      ROLE: role,
      SWEEP_INTERVAL: "5",
      ...(role === "worker" && { PORT: "0" }),
    });

  it.each([20, -20])("by %i, ours against those of the store and of Postgres, holds nothing up", async (minutes) => {
    await running?.kill();
    running = await startAt(minutes, "all");
    const { token, url } = running;
    const client = createClient(url, await (token === undefined ? signIn(url) : setUp(url, token)));
    // The store is found to do what it can do: uploads go straight to their place.
    const isChecked = { check: { isUnderWay: false }, capabilities: { pins: true } };
    await expect.poll(async () => (await client.call("GET", "/api/admin/storage")).json(), { timeout: 30_000 }).toMatchObject(isChecked);
    const sent = await uploads.send(client);
    expect(await client.settled([sent], 30_000)).toMatchObject([{ safe: true }]);
    await expectKept(client, uploads);
  });

  it("is nothing between an API and its worker", async () => {
    await running?.kill();
    const [api, worker] = await Promise.all([startAt(-20, "api"), startAt(20, "worker")]);
    try {
      const client = createClient(api.url, await signIn(api.url));
      const sent = [await uploads.send(client), await uploads.send(client)];
      expect(await client.settled(sent, 30_000)).toMatchObject([{ safe: true }, { safe: true }]);
      await expectKept(client, uploads);
    } finally {
      await Promise.all([api.kill(), worker.kill()]);
    }
  });
});
