import { pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { startChild } from "./child-process.ts";

const SUPPORT = new URL("../../../../test/support/unruly-child.ts", import.meta.url).href;

/** Keeps every thread busy that reads files, for a second or so. */
const busy = () => Promise.all(Array.from({ length: 12 }, () => promisify(pbkdf2)("a", "b", 400_000, 32, "sha256")));

it.skipIf(process.platform !== "linux")("does not hold a look at a child's memory that comes late against the next request", async () => {
  const child = startChild("unruly-child", SUPPORT);
  const ask = (ms: number, memoryBytes: number) =>
    child.ask({ head: { act: "answer", ms }, parts: [] }, { timeoutMs: 10_000, memoryBytes });
  await ask(0, Infinity);
  const reading = busy();
  // At 200 ms its memory is looked at, but the look waits for a thread.
  expect(await ask(300, 1)).toHaveProperty("frame");
  const next = ask(2500, Infinity);
  await reading;
  expect(await next).toHaveProperty("frame");
  expect(child.isAlive()).toBe(true);
  child.kill();
});
