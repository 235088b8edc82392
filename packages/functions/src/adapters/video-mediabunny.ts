import type { ByteSource, VideoTool } from "@tintype/core/media";
import { startThread } from "./thread.ts";
import type { FromWorker, ToWorker } from "./video-worker.ts";

/**
 * The VideoTool port on mediabunny. Each video is read in a thread of its own, which is ended after `timeoutMs` or once it has asked for
 * `maxBytes`; a file that it cannot parse, or not in time, has no facts. Errors of the store are thrown.
 */
export function mediabunnyTool({ timeoutMs = 15_000, maxBytes = 64 * 1024 * 1024 } = {}): VideoTool {
  return {
    read(source) {
      return new Promise((resolve, reject) => {
        const thread = startThread(import.meta.url, "video-worker", {
          workerData: source.size,
          resourceLimits: { maxOldGenerationSizeMb: 512 },
        });
        const end = (settle: () => void): void => {
          clearTimeout(timeout);
          void thread.terminate();
          settle();
        };
        const giveUp = (): void => end(() => resolve(undefined));
        const timeout = setTimeout(giveUp, timeoutMs);
        const reads = limited(source, maxBytes);
        thread.on("error", giveUp);
        thread.on("message", (message: FromWorker) => {
          if ("facts" in message) return end(() => resolve(message.facts));
          const { id, start, end: stop } = message.read;
          return void reads(start, stop).then(
            (bytes) => (bytes ? thread.postMessage({ id, bytes } satisfies ToWorker, []) : giveUp()),
            (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
          );
        });
      });
    },
  };
}

/** Ranged reads, until they have come to `maxBytes` in all. */
function limited(source: ByteSource, maxBytes: number): (start: number, end: number) => Promise<Uint8Array | undefined> {
  let asked = 0;
  return async (start, end) => {
    asked += end - start;
    return asked > maxBytes ? undefined : source.read(start, end);
  };
}
