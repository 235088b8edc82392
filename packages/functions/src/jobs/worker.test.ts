import { AppError, type Ctx, type Queue } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createQueue } from "../adapters/queue-postgres.ts";
import { type OpenDatabase, openPglite } from "../adapters/db-pglite.ts";
import { createLog } from "../adapters/log.ts";
import { backoff, type Kind, startWorker } from "./worker.ts";

let open: OpenDatabase;
let queue: Queue;
let ctx: Ctx;

beforeAll(async () => {
  open = await openPglite();
});
afterAll(() => open.close());
beforeEach(async () => {
  await open.db.delete(job);
  queue = createQueue(open.db);
  const log = createLog({ write: () => {} });
  ctx = { actor: { kind: "system" }, db: open.db, queue, now: () => new Date(), log } as Ctx;
});

const until = (check: () => Promise<boolean> | boolean) => expect.poll(check, { timeout: 10_000, interval: 20 }).toBe(true);
const left = async () => (await open.db.select().from(job)).length;
const kind = (run: Kind["run"], concurrency = 2): Kind => ({ run, concurrency });

describe("the worker", () => {
  it("does jobs as soon as they are enqueued, and those that were waiting before it started", async () => {
    const seen: unknown[] = [];
    await queue.enqueue([{ kind: "echo", payload: { n: 1 } }]);
    const worker = startWorker(ctx, { kinds: { echo: kind(async (_, payload) => void seen.push(payload["n"])) } });
    await until(() => seen.length === 1);
    await queue.enqueue([{ kind: "echo", payload: { n: 2 } }]);
    await until(async () => seen.length === 2 && (await left()) === 0);
    expect(seen).toEqual([1, 2]);
    await worker.stop();
  });

  it("never runs more of a kind than it has places, and lets no kind wait for another", async () => {
    let most = 0;
    let now = 0;
    let release: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let quick = 0;
    const worker = startWorker(ctx, {
      kinds: {
        slow: kind(async () => {
          most = Math.max(most, ++now);
          await gate;
          now--;
        }),
        quick: kind(async () => void quick++, 1),
      },
    });
    await queue.enqueue(Array.from({ length: 6 }, (_, n) => ({ kind: "slow", payload: { n } })));
    await queue.enqueue(Array.from({ length: 6 }, (_, n) => ({ kind: "quick", payload: { n } })));
    await until(() => quick === 6);
    release?.();
    await until(async () => (await left()) === 0);
    expect(most).toBe(2);
    await worker.stop();
  });

  it("buries a poison job at once or after its tries, with the reason, and does the others meanwhile", async () => {
    let good = 0;
    const worker = startWorker(ctx, {
      attempts: 1,
      kinds: {
        mixed: kind(async (_, { bad }) => {
          if (bad === "hopeless") throw new AppError("invalid", "this can never work");
          if (bad === "failing") throw new Error("it failed");
          good++;
        }),
      },
    });
    const bads = ["hopeless", null, "failing", null, null];
    await queue.enqueue(bads.map((bad) => ({ kind: "mixed", payload: { bad } })));
    await until(async () => good === 3 && (await left()) === 2);
    await until(async () => (await open.db.select().from(job)).every((row) => row.dead));
    const reasons = (await open.db.select().from(job)).map((row) => row.error);
    expect(new Set(reasons)).toEqual(new Set(["it failed", "this can never work"]));
    await worker.stop();
  });

  it("tries a failed job again later", async () => {
    let tries = 0;
    const worker = startWorker(ctx, {
      kinds: {
        flaky: kind(async () => {
          if (++tries < 2) throw new Error("not yet");
        }),
      },
    });
    await queue.enqueue([{ kind: "flaky", payload: {} }]);
    await until(async () => tries >= 2 && (await left()) === 0);
    expect(tries).toBe(2);
    await worker.stop();
  });

  it("gives back what does not end in time when it stops, so that another can take it", async () => {
    const worker = startWorker(ctx, { kinds: { endless: kind(() => new Promise(() => {})) } });
    await queue.enqueue([{ kind: "endless", payload: {} }]);
    await until(async () => (await queue.nextDue(["endless"]))! > new Date());
    await worker.stop(50);
    expect(await queue.claim(["endless"], 1, 1000)).toHaveLength(1);
  });
});

describe("backoff", () => {
  it("doubles up to a quarter of an hour, with jitter, and is never nothing", () => {
    expect(backoff(1, () => 1)).toBe(2_000);
    expect(backoff(4, () => 1)).toBe(16_000);
    expect(backoff(30, () => 1)).toBe(900_000);
    expect(backoff(1, () => 0)).toBe(200);
  });
});
