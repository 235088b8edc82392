import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { serveFrames } from "../../packages/functions/src/adapters/child-frame.ts";

/** What the children of the pool's tests are told to do. `once` is a file: what it names is done only the first time. */
export type Order = { act: "answer" | "hang" | "crash" | "throw" | "grow"; ms?: number; once?: string };

const held: Buffer[] = [];

serveFrames(async ({ head, parts }) => {
  const { act, ms = 0, once } = head as Order;
  const isDone = once !== undefined && existsSync(once);
  if (once !== undefined && !isDone) writeFileSync(once, "");
  if (act === "answer" || isDone) await sleep(ms);
  else if (act === "crash") process.kill(process.pid, "SIGSEGV");
  else if (act === "throw") throw new Error("as it was told");
  else if (act === "grow") for (; ; await sleep(5)) held.push(Buffer.alloc(32 * 1024 * 1024, 1));
  else for (;;);
  return { head: { pid: process.pid, environment: Object.keys(process.env) }, parts: parts.map((part) => part.toReversed()) };
});
