import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Order } from "@tintype/test/unruly-child";
import { afterEach, describe, expect, it } from "vitest";
import { childPool, type Pool, type PoolOptions } from "./child-pool.ts";

const SUPPORT = new URL("../../../../test/support/unruly-child.ts", import.meta.url).href;
const MIB = 1024 * 1024;
let pool: Pool<Order, { pid: number }>;

function open(options: Partial<PoolOptions> = {}): typeof pool {
  pool = childPool("unruly-child", SUPPORT, { size: 2, timeoutMs: 10_000, memoryBytes: 1024 * MIB, idleMs: 10_000, ...options });
  return pool;
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(() => pool.close());

describe("a pool of children", () => {
  it("answers each request, with no more children than its size", async () => {
    open();
    const answers = await Promise.all(Array.from({ length: 6 }, () => pool.ask({ act: "answer", ms: 50 })));
    const pids = new Set(answers.map((answer) => ("result" in answer ? answer.result.pid : 0)));
    expect([pids.size <= 2, pids.has(0)]).toEqual([true, false]);
    expect(new Set(pool.pids())).toEqual(pids);
  });

  it("ends a child that takes too long, while its neighbour goes on", async () => {
    open({ timeoutMs: 1500 });
    await pool.ask({ act: "answer" });
    const start = performance.now();
    const [slow, ...others] = await Promise.all([
      pool.ask({ act: "hang" }),
      pool.ask({ act: "answer" }),
      pool.ask({ act: "answer" }),
      pool.ask({ act: "answer" }),
    ]);
    expect(slow).toEqual({ failure: "slow" });
    expect(performance.now() - start).toBeLessThan(8000);
    for (const answer of others) expect(answer).toHaveProperty("result");
  });

  it.skipIf(process.platform !== "linux")("ends a child that outgrows its memory", async () => {
    open({ memoryBytes: 300 * MIB });
    expect(await pool.ask({ act: "grow" })).toEqual({ failure: "hungry" });
    expect(await pool.ask({ act: "answer" })).toHaveProperty("result");
  });

  it("asks a second time, alone, what has crashed its child once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tintype-pool-"));
    open();
    const neighbours = [pool.ask({ act: "answer", ms: 300 }), pool.ask({ act: "answer", ms: 300 })];
    expect(await pool.ask({ act: "crash", once: join(folder, "once") })).toHaveProperty("result");
    for (const answer of await Promise.all(neighbours)) expect(answer).toHaveProperty("result");
    await rm(folder, { recursive: true });
  });

  it("gives up what crashes again, and goes on with a new child", async () => {
    open({ size: 1 });
    expect(await pool.ask({ act: "crash" })).toEqual({ failure: "crashed" });
    expect(await pool.ask({ act: "answer" })).toHaveProperty("result");
  });

  it("ends children that have nothing to do, and starts new ones when there is", async () => {
    open({ idleMs: 100 });
    const first = await pool.ask({ act: "answer" });
    const pid = "result" in first ? first.result.pid : 0;
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
    expect(pool.pids()).toEqual([]);
    expect(await pool.ask({ act: "answer" })).toHaveProperty("result");
  });

  it("leaves nobody behind when it is closed", async () => {
    open();
    await Promise.all([pool.ask({ act: "answer", ms: 50 }), pool.ask({ act: "answer", ms: 50 })]);
    const pids = pool.pids();
    pool.close();
    await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });

  it("tells when its module does not even start: that is no fault of the request's", async () => {
    pool = childPool("no-such-child", SUPPORT, { size: 1, timeoutMs: 5000, memoryBytes: MIB * 500, idleMs: 1000 });
    await expect(pool.ask({ act: "answer" })).rejects.toThrow("did not start");
  });
});
