import { outages } from "../lib/outage.ts";
import { isWayProved, storeFailed } from "../lib/way.ts";
import { ONLY_SMALL } from "./failure.ts";
import { openFingerprints } from "./fingerprint.ts";
import type { HashAnswer } from "./hash-worker.ts";
import { createLanes, LANES } from "./lanes.ts";
import { put } from "./put.ts";
import type { Ports } from "./run.ts";
import type { Peek } from "./task.ts";
import { createPool } from "./worker-pool.ts";

/** exifr is known to loop for ever on some files; a healthy peek takes milliseconds. */
const PEEK_MS = 2_500;
/** Two, so that a file that hangs never stops the others. */
const PEEKERS = 2;
/** Files whose head holds a date or a picture. */
const PEEKABLE = /\.(jpe?g|heic|heif|hif|avif|png|webp|gif|tiff?|dng|nef|arw|cr2|orf|rw2|pef|srw)$/iu;

/** The uploader's ports in a browser. */
export function browserPorts(api: Ports["api"]): Ports & { rest(): void } {
  const workers = Math.max(1, Math.min(2, navigator.hardwareConcurrency - 1));
  const hashers = createPool<{ file: File }, HashAnswer>(
    workers,
    () => new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module", name: "hash" }),
  );
  const peekers = createPool<{ file: File }, Peek>(
    PEEKERS,
    () => new Worker(new URL("./peek-worker.ts", import.meta.url), { type: "module", name: "peek" }),
  );
  return {
    api,
    async put(...given) {
      const answer = await put(...given);
      if (answer.status !== 0) return answer;
      storeFailed();
      // While the storage is away nothing gets through, however small.
      return isWayProved() && !outages.get().has("storage") ? { ...answer, code: ONLY_SMALL } : answer;
    },
    lanes: createLanes(LANES, navigator.locks),
    fingerprints: openFingerprints(),
    now: Date.now,
    random: Math.random,
    async hash(file, signal) {
      const answer = await hashers.ask({ file }, { signal });
      if ("sha256" in answer) return answer.sha256;
      throw new DOMException("the file could not be hashed", answer.error);
    },
    async peek(file) {
      if (!PEEKABLE.test(file.name)) return {};
      try {
        return await peekers.ask({ file }, { timeoutMs: PEEK_MS });
      } catch {
        return {};
      }
    },
    async isReadable(file) {
      try {
        await file.slice(0, 1).arrayBuffer();
        return true;
      } catch {
        return false;
      }
    },
    rest() {
      hashers.rest();
      peekers.rest();
    },
  };
}
