import { AppError, type Ctx, type Queue } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { silent } from "@tintype/test/person";
import { borrowDatabase } from "@tintype/test/shared-database";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { OpenDatabase } from "../adapters/db-drizzle.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { drain } from "./drain.ts";

let open: OpenDatabase;
let queue: Queue;
let ctx: Ctx;

beforeAll(async () => {
  open = await borrowDatabase();
});
afterAll(() => open.close());
beforeEach(async () => {
  await open.db.delete(job);
  queue = createQueue(open.db);
  ctx = { actor: { kind: "system" }, db: open.db, queue, now: () => new Date(), log: silent } as Ctx;
});

const enough = () => 100_000;

it("does what is due, and what that asks for, and tells when the next is due", async () => {
  const done: unknown[] = [];
  const runAt = new Date(Date.now() + 60_000);
  await queue.enqueue([1, 2, 3].map((n) => ({ kind: "echo", payload: { n } })));
  await queue.enqueue([{ kind: "echo", payload: { n: "later" }, runAt }]);
  const echo = async (on: Ctx, { n }: Readonly<Record<string, unknown>>): Promise<void> => {
    if (n === 1) await on.queue.enqueue([{ kind: "echo", payload: { n: "asked for" } }]);
    done.push(n);
  };
  const drained = await drain(ctx, { kinds: { echo: { concurrency: 2, run: echo } }, msLeft: enough });
  expect(new Set(done)).toEqual(new Set([1, 2, 3, "asked for"]));
  expect(drained.done).toEqual(new Map([["echo", 4]]));
  expect(Math.abs((drained.next?.getTime() ?? 0) - runAt.getTime())).toBeLessThan(1_000);
});

it("never runs more of a kind than it has places", async () => {
  let now = 0;
  const most = { slow: 0, quick: 0 };
  const run = (name: "slow" | "quick") => async (): Promise<void> => {
    most[name] = Math.max(most[name], ++now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now--;
  };
  await queue.enqueue(Array.from({ length: 6 }, () => ({ kind: "slow", payload: {} })));
  await drain(ctx, { kinds: { slow: { concurrency: 2, run: run("slow") } }, msLeft: enough });
  expect(most.slow).toBe(2);
});

it("waits for what is due in a moment, and leaves to its time what is due later", async () => {
  const done: unknown[] = [];
  const kinds = {
    echo: { concurrency: 1, run: async (_: Ctx, payload: Readonly<Record<string, unknown>>) => void done.push(payload["n"]) },
  };
  await queue.enqueue([
    { kind: "echo", payload: { n: "soon" }, runAt: new Date(Date.now() + 300) },
    { kind: "echo", payload: { n: "later" }, runAt: new Date(Date.now() + 5_000) },
  ]);
  expect((await drain(ctx, { kinds, msLeft: enough, waitMs: 1_000 })).done.get("echo")).toBe(1);
  expect(done).toEqual(["soon"]);
});

it("begins nothing when its time is nearly over, and says that there is more", async () => {
  await queue.enqueue([{ kind: "echo", payload: {} }]);
  const { done, next } = await drain(ctx, { kinds: { echo: { concurrency: 1, run: () => Promise.resolve() } }, msLeft: () => 10_000 });
  expect(done.size).toBe(0);
  expect(next?.getTime()).toBeLessThanOrEqual(Date.now() + 50);
});

it("puts off what something is away for, and buries what is hopeless", async () => {
  await queue.enqueue([
    { kind: "away", payload: {} },
    { kind: "wrong", payload: {} },
  ]);
  const fails = (code: "storage_unavailable" | "invalid") => ({ concurrency: 1, run: () => Promise.reject(new AppError(code, code)) });
  const { next } = await drain(ctx, { kinds: { away: fails("storage_unavailable"), wrong: fails("invalid") }, msLeft: enough });
  expect(next?.getTime()).toBeGreaterThan(Date.now());
  const rows = await open.db.select({ kind: job.kind, dead: job.dead }).from(job);
  expect(rows.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
    { kind: "away", dead: false },
    { kind: "wrong", dead: true },
  ]);
});
