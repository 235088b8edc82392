import { parentPort, workerData } from "node:worker_threads";
import type { VideoFacts } from "@tintype/core/media";
import { readFacts } from "./video-facts.ts";

/** What this thread asks its parent for, and at last what it found. */
export type FromWorker = { read: { id: number; start: number; end: number } } | { facts: VideoFacts | undefined };
export type ToWorker = { id: number; bytes: Uint8Array };

/** Reads the facts of one video whose bytes the parent hands out by ranges. */
function serve(port: NonNullable<typeof parentPort>, size: number): void {
  const waiting = new Map<number, (bytes: Uint8Array) => void>();
  let last = 0;
  port.on("message", ({ id, bytes }: ToWorker) => {
    waiting.get(id)?.(bytes);
    waiting.delete(id);
  });
  const read = (start: number, end: number): Promise<Uint8Array> =>
    new Promise((resolve) => {
      last++;
      waiting.set(last, resolve);
      port.postMessage({ read: { id: last, start, end } } satisfies FromWorker);
    });
  void readFacts({ size, read }).then(
    (facts) => port.postMessage({ facts } satisfies FromWorker),
    () => port.postMessage({ facts: undefined } satisfies FromWorker),
  );
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- mediabunnyTool gives no other
if (parentPort) serve(parentPort, workerData as number);
