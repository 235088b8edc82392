import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startLoad } from "../crash/load.ts";
import { type FaultyHomelab, startFaultyHomelab } from "../support/faulty-homelab.ts";
import { hasToxiproxy } from "../support/tools.ts";
import { expectKept, newUploads, problemOf, readiness, type Uploads } from "./promise.ts";

/** A minute of absence, scaled. */
const AWAY_MS = 10_000;
/** The longest that a person waits for an answer, whatever is away. */
const PATIENCE_MS = 45_000;

describe.skipIf(!hasToxiproxy)("a Postgres", { timeout: 240_000 }, () => {
  let world: FaultyHomelab;
  let uploads: Uploads;
  beforeAll(async () => {
    world = await startFaultyHomelab();
    uploads = await newUploads();
  });
  afterEach(() => world.heal());
  afterAll(() => world?.stop());

  it.each<[string, (world: FaultyHomelab) => Promise<void>, (world: FaultyHomelab) => Promise<void>]>([
    ["that cannot be reached", ({ databaseLine }) => databaseLine.cut(), (w) => w.heal()],
    ["that was killed", ({ homelab }) => homelab.database.kill(), ({ homelab }) => homelab.database.restart()],
    ["that never answers", ({ databaseLine }) => databaseLine.poison({ type: "timeout", attributes: { timeout: 0 } }), (w) => w.heal()],
  ])("%s under uploads is said to be away, and its return is enough", async (_, take, giveBack) => {
    const { client, program } = world;
    const load = startLoad(client, uploads.told, { photo: () => uploads.photo(), uploaders: 2 });
    await sleep(2000);
    await take(world);
    const began = Date.now();

    expect(await readiness(client)).toMatchObject({ status: 503, checks: { database: "failed", store: "ok" } });
    const asked = ["/api/me", "/api/timeline/geometry", "/api/admin/jobs"].map((path) => problemOf(client.call("GET", path)));
    for (const problem of await Promise.all(asked)) {
      expect(problem).toMatchObject({ status: 503, code: "database_unavailable" });
      expect(problem.ms).toBeLessThan(PATIENCE_MS);
    }
    expect((await client.call("GET", "/healthz")).status).toBe(200);
    await sleep(Math.max(0, AWAY_MS - (Date.now() - began)));
    await giveBack(world);

    await load.settle(90_000);
    expect(load.wrong).toEqual([]);
    expect(load.refused()).toBeGreaterThan(0);
    await expectKept(client, uploads);
    expect(await readiness(client)).toMatchObject({ status: 200, ok: true });
    expect(program.output()).not.toMatch(/"event":"bug"/u);
  });
});
