import { parentPort, threadId } from "node:worker_threads";

/** What the first byte of a file does to a reader of the tests: 0 keeps it busy for ever, 1 ends it, 2 is answered with the thread's number. */
export type Act = 0 | 1 | 2;

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread, not a window */
parentPort?.on("message", ([act]: Uint8Array) => {
  if (act === 0) for (;;);
  if (act === 1) process.exit();
  parentPort?.postMessage({ exif: { thread: threadId }, xmp: {}, iptc: {}, png: {}, icc: {} });
});
parentPort?.postMessage("ready");
