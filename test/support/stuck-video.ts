import { parentPort, workerData } from "node:worker_threads";

/**
 * What the size of a file does to a video's thread of the tests: 0 ends it before it asks for anything, 1 keeps it busy for ever, 2 has it ask for
 * ever.
 */
export type Act = 0 | 1 | 2;

if (workerData === 0) throw new Error("does not start");
let id = 0;
/* oxlint-disable unicorn/require-post-message-target-origin -- a thread, not a window */
parentPort?.on("message", () => {
  if (workerData === 1) for (;;);
  parentPort?.postMessage({ read: { id: ++id, start: 0, end: 1 } });
});
parentPort?.postMessage({ read: { id, start: 0, end: 1 } });
