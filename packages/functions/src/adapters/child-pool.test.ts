import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Order } from "@tintype/test/unruly-child";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Answer } from "./child-process.ts";
import { childPool, type Pool, type PoolOptions } from "./child-pool.ts";

const SUPPORT = new URL("../../../../test/support/unruly-child.ts", import.meta.url).href;
const MIB = 1024 * 1024;
let pool: Pool;

function open(options: Partial<PoolOptions> = {}): void {
  pool = childPool("unruly-child", SUPPORT, { size: 2, timeoutMs: 10_000, memoryBytes: 1024 * MIB, idleMs: 10_000, ...options });
}

const ask = (order: Order, parts: readonly Uint8Array[] = []): Promise<Answer> => pool.ask({ head: order, parts });
const pidOf = (answer: Answer): number => ("frame" in answer ? (answer.frame.head as { pid: number }).pid : 0);
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
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask({ act: "answer", ms: 50 })));
    const pids = new Set(answers.map(pidOf));
    expect([pids.size <= 2, pids.has(0)]).toEqual([true, false]);
    expect(new Set(pool.pids())).toEqual(pids);
  });

  it("tells them nothing of our keys", async () => {
    vi.stubEnv("TINTYPE_S3_SECRET", "hush");
    open();
    const answer = await ask({ act: "answer" });
    vi.unstubAllEnvs();
    const { environment } = ("frame" in answer ? answer.frame.head : {}) as { environment: string[] };
    expect([environment.includes("PATH"), environment.includes("TINTYPE_S3_SECRET")]).toEqual([true, false]);
  });

  it("carries megabytes there and back unchanged, and none between requests", async () => {
    open({ size: 1 });
    for (const size of [0, 1, 70_000, 20_000_000, 5]) {
      const bytes = Uint8Array.from({ length: Math.min(size, 1000) }, (_, i) => (i * 7) % 256);
      const whole = new Uint8Array(size);
      for (let at = 0; at < size; at += 1000) whole.set(bytes.subarray(0, size - at), at);
      const answer = await ask({ act: "answer" }, [whole, new Uint8Array([9])]);
      const [back, mark] = "frame" in answer ? answer.frame.parts : [];
      expect(Buffer.compare(back!.toReversed(), whole)).toBe(0);
      expect([...mark!]).toEqual([9]);
    }
  });

  it("ends a child that takes too long, while its neighbour goes on", async () => {
    open({ timeoutMs: 1500 });
    await ask({ act: "answer" });
    const start = performance.now();
    const [slow, ...others] = await Promise.all([
      ask({ act: "hang" }),
      ask({ act: "answer" }),
      ask({ act: "answer" }),
      ask({ act: "answer" }),
    ]);
    expect(slow).toEqual({ failure: "slow" });
    expect(performance.now() - start).toBeLessThan(8000);
    for (const answer of others) expect(answer).toHaveProperty("frame");
  });

  it.skipIf(process.platform !== "linux")("ends a child that outgrows its memory", async () => {
    open({ memoryBytes: 300 * MIB });
    expect(await ask({ act: "grow" })).toEqual({ failure: "hungry" });
    expect(await ask({ act: "answer" })).toHaveProperty("frame");
  });

  it("asks a second time, alone, what has crashed its child once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tintype-pool-"));
    open();
    const neighbours = [ask({ act: "answer", ms: 300 }), ask({ act: "answer", ms: 300 })];
    expect(await ask({ act: "crash", once: join(folder, "once") })).toHaveProperty("frame");
    for (const answer of await Promise.all(neighbours)) expect(answer).toHaveProperty("frame");
    await rm(folder, { recursive: true });
  });

  it("ends a child whose work throws, and asks a new one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tintype-pool-"));
    open({ size: 1 });
    const pid = pidOf(await ask({ act: "answer" }));
    const second = await ask({ act: "throw", once: join(folder, "once") });
    expect([pidOf(second) > 0, pidOf(second) === pid, isAlive(pid)]).toEqual([true, false, false]);
    expect(await ask({ act: "throw" })).toEqual({ failure: "failed" });
    await rm(folder, { recursive: true });
  });

  it("gives up what crashes again, and goes on with a new child", async () => {
    open({ size: 1 });
    expect(await ask({ act: "crash" })).toEqual({ failure: "crashed" });
    expect(await ask({ act: "answer" })).toHaveProperty("frame");
  });

  it("ends children that have nothing to do, and starts new ones when there is", async () => {
    open({ idleMs: 100 });
    const first = await ask({ act: "answer" });
    const pid = pidOf(first);
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
    expect(pool.pids()).toEqual([]);
    expect(await ask({ act: "answer" })).toHaveProperty("frame");
  });

  it("leaves nobody behind when it is closed", async () => {
    open();
    await Promise.all([ask({ act: "answer", ms: 50 }), ask({ act: "answer", ms: 50 })]);
    const pids = pool.pids();
    pool.close();
    await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
  });

  it("tells when its module does not even start: that is no fault of the request's", async () => {
    pool = childPool("no-such-child", SUPPORT, { size: 1, timeoutMs: 5000, memoryBytes: MIB * 500, idleMs: 1000 });
    await expect(ask({ act: "answer" })).rejects.toThrow("did not start");
  });
});
