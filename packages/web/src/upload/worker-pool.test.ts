import { expect, test } from "vitest";
import { createPool } from "./worker-pool.ts";

/** A worker that doubles numbers, never answers to 0, and dies of 13. */
function doubling(log: string[]): () => Worker {
  return () => {
    log.push("start");
    class Doubling extends EventTarget {
      postMessage(value: number): void {
        const died = Object.assign(new Event("error"), { message: "died" });
        if (value === 13) setTimeout(() => this.dispatchEvent(died), 1);
        else if (value !== 0) setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data: value * 2 })), 1);
      }
      terminate(): void {
        log.push("kill");
      }
    }
    return new Doubling() as unknown as Worker;
  };
}

test("one worker answers one after the other and is used again", async () => {
  const log: string[] = [];
  const pool = createPool<number, number>(1, doubling(log));
  expect(await Promise.all([1, 2, 3].map((n) => pool.ask(n)))).toEqual([2, 4, 6]);
  pool.rest();
  expect(log).toEqual(["start", "kill"]);
});

test("a worker that hangs is killed, and the next question gets a new one", async () => {
  const log: string[] = [];
  const pool = createPool<number, number>(1, doubling(log));
  const hung = pool.ask(0, { timeoutMs: 5 });
  const next = pool.ask(4);
  await expect(hung).rejects.toThrow("no answer");
  expect(await next).toBe(8);
  expect(log).toEqual(["start", "kill", "start"]);
});

test("a crash and a cancel free the place too", async () => {
  const log: string[] = [];
  const pool = createPool<number, number>(1, doubling(log));
  await expect(pool.ask(13)).rejects.toThrow("died");
  const controller = new AbortController();
  const cancelled = pool.ask(0, { signal: controller.signal });
  setTimeout(() => controller.abort(), 2);
  await expect(cancelled).rejects.toThrow("aborted");
  expect(await pool.ask(5)).toBe(10);
});
