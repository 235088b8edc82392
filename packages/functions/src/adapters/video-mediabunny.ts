import { AppError } from "@tintype/core/kernel";
import type { ByteSource, VideoTool } from "@tintype/core/media";
import { startThread } from "./thread.ts";
import type { FromWorker, ToWorker } from "./video-worker.ts";

const START_MS = 30_000;
/** Every read counts as at least so many bytes, so that a file cannot have the store asked for ever. Real videos take two to eight reads. */
const LEAST_READ = 32 * 1024;

/** The module that a video's thread runs: `name` beside `from`, an `import.meta.url`. */
const WORKER = { name: "video-worker", from: import.meta.url };

/**
 * The VideoTool port on mediabunny. Each video is read in a thread of its own, which is ended once it has worked for `timeoutMs` or has asked for
 * `maxBytes`; a file that it cannot parse, or not within these, has no facts. The time that the store takes does not count: a slow store says
 * nothing of the file. Errors of the store are thrown, and `decoder_unavailable` when the thread does not start.
 */
export function mediabunnyTool({ timeoutMs = 15_000, maxBytes = 64 * 1024 * 1024, worker = WORKER } = {}): VideoTool {
  return {
    read(source) {
      return new Promise((resolve, reject) => {
        const thread = startThread(worker.from, worker.name, {
          workerData: source.size,
          resourceLimits: { maxOldGenerationSizeMb: 512 },
        });
        const end = (settle: () => void): void => {
          clearTimeout(start);
          clock.stop();
          void thread.terminate();
          settle();
        };
        const giveUp = (): void => end(() => resolve(undefined));
        const fail = (error: unknown): void => end(() => reject(error instanceof Error ? error : new Error(String(error))));
        const notStarted = (cause?: unknown): void => fail(new AppError("decoder_unavailable", `${worker.name} did not start`, { cause }));
        const start = setTimeout(notStarted, START_MS);
        const clock = workClock(timeoutMs, giveUp);
        const reads = limited(source, maxBytes);
        let isUp = false;
        thread.on("error", (error) => (isUp ? giveUp() : notStarted(error)));
        thread.on("message", (message: FromWorker) => {
          isUp = true;
          clearTimeout(start);
          if ("facts" in message) return end(() => resolve(message.facts));
          const { id, start: from, end: to } = message.read;
          clock.pause();
          return void reads(from, to).then((bytes) => {
            if (!bytes) return giveUp();
            thread.postMessage({ id, bytes } satisfies ToWorker, []);
            clock.resume();
          }, fail);
        });
      });
    },
  };
}

type WorkClock = { pause: () => void; resume: () => void; stop: () => void };

/** Calls `over` after `ms` in which nothing was waited for. Each `pause` is ended by a `resume`; the first one starts the clock. */
function workClock(ms: number, over: () => void): WorkClock {
  let left = ms;
  let waits = 0;
  let since: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const halt = (): void => {
    clearTimeout(timer);
    if (since !== undefined) left -= performance.now() - since;
    since = undefined;
  };
  return {
    pause() {
      waits++;
      halt();
    },
    resume() {
      waits--;
      if (waits > 0) return;
      since = performance.now();
      timer = setTimeout(over, left);
    },
    stop() {
      waits = Infinity;
      halt();
    },
  };
}

/** Ranged reads, until they have come to `maxBytes` in all. */
function limited(source: ByteSource, maxBytes: number): (start: number, end: number) => Promise<Uint8Array | undefined> {
  let asked = 0;
  return async (start, end) => {
    asked += Math.max(LEAST_READ, end - start);
    return asked > maxBytes ? undefined : source.read(start, end);
  };
}
