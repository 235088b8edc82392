import { existsSync, writeFileSync } from "node:fs";

/** What the children of the pool's tests are told to do. `once` is a file: what it names is done only the first time. */
export type Order = { act: "answer" | "hang" | "crash" | "grow"; ms?: number; once?: string };

const held: Buffer[] = [];

process.on("message", ({ act, ms = 0, once }: Order) => {
  const isDone = once !== undefined && existsSync(once);
  if (once !== undefined && !isDone) writeFileSync(once, "");
  if (act === "answer" || isDone) setTimeout(() => process.send?.({ pid: process.pid }), ms);
  else if (act === "crash") process.kill(process.pid, "SIGSEGV");
  else if (act === "grow") setInterval(() => held.push(Buffer.alloc(32 * 1024 * 1024, 1)), 5);
  else for (;;);
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
