import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Node copies every packet of a request into memory of its own. To V8 that is a small object, so it lets 64 MB of them pile up and then
 * marks the whole heap, several times a second under a fast upload. A look at the young objects alone, which takes a fraction of a
 * millisecond, frees all of them at once.
 */
const RECEIVED_BYTES = 16 << 20;

type Collect = (options: { type: "minor" }) => void;

let received = 0;
let collect: Collect | undefined;

/** Call for all that was received and is not needed any more. */
export function reclaim(bytes: number): void {
  received += bytes;
  if (received < RECEIVED_BYTES) return;
  received = 0;
  collect ??= exposedCollector();
  collect({ type: "minor" });
}

function exposedCollector(): Collect {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  return isCollector(gc) ? gc : () => undefined;
}

/** What V8 exposes under this name is its collector. */
function isCollector(value: unknown): value is Collect {
  return typeof value === "function";
}
