import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startChild } from "./child-process.ts";

const SUPPORT = new URL("../../../../test/support/unruly-child.ts", import.meta.url).href;

/** More than Node has threads that read files. */
const READERS = 16;

/** Keeps every thread that reads files waiting, each for somebody who writes to a pipe, until `release`. */
function holdThreads(): { release: () => Promise<void> } {
  const dir = mkdtempSync(join(tmpdir(), "tintype-pipe-"));
  const pipe = join(dir, "pipe");
  execFileSync("mkfifo", [pipe]);
  const opening = Array.from({ length: READERS }, () => open(pipe, "r"));
  return {
    release: async () => {
      const writer = openSync(pipe, "r+");
      await Promise.all(opening.map(async (handle) => (await handle).close()));
      closeSync(writer);
      rmSync(dir, { recursive: true });
    },
  };
}

it.skipIf(process.platform !== "linux")("does not hold a look at a child's memory that comes late against the next request", async () => {
  const child = startChild("unruly-child", SUPPORT);
  const ask = (ms: number, memoryBytes: number) =>
    child.ask({ head: { act: "answer", ms }, parts: [] }, { timeoutMs: 10_000, memoryBytes });
  await ask(0, Infinity);
  const threads = holdThreads();
  // At 200 ms its memory is looked at, but the look waits for a thread.
  expect(await ask(300, 1)).toHaveProperty("frame");
  const next = ask(500, Infinity);
  await threads.release();
  expect(await next).toHaveProperty("frame");
  expect(child.isAlive()).toBe(true);
  child.kill();
});
