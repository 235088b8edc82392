import { setTimeout as sleep } from "node:timers/promises";
import type { Ctx } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { recorder } from "@tintype/test/api";
import { systemOn } from "@tintype/test/person";
import { borrowDatabase } from "@tintype/test/shared-database";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { OpenDatabase } from "../adapters/db-drizzle.ts";
import { roundKind, type Rounds, startRounds } from "./round.ts";
import { startWorker } from "./worker.ts";

let open: OpenDatabase;
let system: Ctx;

beforeAll(async () => {
  open = await borrowDatabase();
  system = systemOn(open.db, { log: recorder([]) });
});
afterAll(() => open.close());
beforeEach(() => open.db.delete(job));

/** A process: a worker, and the rounds that it wants. */
function start(rounds: Rounds): () => Promise<void> {
  const worker = startWorker(system, { kinds: { round: roundKind(rounds) } });
  const stopRounds = startRounds(system, rounds);
  return async () => {
    stopRounds();
    await worker.stop();
  };
}

it("is made by one of several processes, and again only after its pause", async () => {
  let made = 0;
  const rounds: Rounds = { count: { run: async () => void made++, everyMs: 300 } };
  const stops = Array.from({ length: 4 }, () => start(rounds));
  await sleep(2_000);
  await Promise.all(stops.map((stop) => stop()));
  expect(made).toBeGreaterThan(1);
  // One at each start, and then with a pause between each two; four that ask on their own make 25.
  expect(made).toBeLessThanOrEqual(4 + Math.ceil(2_000 / 300));
});

it("that fails comes again", async () => {
  let made = 0;
  const fail = async (): Promise<void> => {
    made++;
    throw new Error("a bug");
  };
  const stop = start({ fail: { run: fail, everyMs: 50 } });
  await expect.poll(() => made, { timeout: 10_000 }).toBeGreaterThan(2);
  await stop();
});

it("of a newer version is left to it", async () => {
  await system.queue.enqueue([{ kind: "round", payload: { name: "unheard of" }, dedupe: "unheard of" }]);
  const stop = start({ count: { run: async () => undefined, everyMs: 60_000 } });
  const names = async (): Promise<unknown[]> =>
    (await open.db.select({ payload: job.payload }).from(job)).map(({ payload }) => payload["name"]);
  await expect.poll(names, { timeout: 10_000 }).toEqual(["count"]);
  await stop();
});
