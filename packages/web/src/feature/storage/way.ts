import { createChunk } from "../../lib/chunk.ts";
import { memory } from "../../lib/memory.ts";
import { whenStoreFails } from "../../lib/way.ts";
import { session } from "../account/session.ts";

/** When the ways were tried last, in milliseconds since the epoch. */
const TRIED = "tintype.store-tried";
/** Less than the day that the answer is kept for. */
const EVERY_MS = 20 * 3_600_000;
/** Where neither way leads anywhere, pictures fail all the time: that is no reason to try again all the time. */
const PAUSE_MS = 60_000;

const chunk = createChunk(() => import("./trial.ts"));
let busy = false;
let onlyOne = false;
let triedAt = -Infinity;

/** Finds out by which way this browser reaches the store, and has everything signed anew where that is another than before. */
async function seek(): Promise<void> {
  if (busy || onlyOne || session.get().status !== "in" || performance.now() - triedAt < PAUSE_MS) return;
  busy = true;
  try {
    const { findWay, takeWay } = await chunk.load();
    const found = await findWay();
    onlyOne = found === "only";
    memory.setItem(TRIED, String(Date.now()));
    if (found !== "only" && found !== "none") takeWay(found);
  } catch {
    // What cannot be asked now is asked after the next failure, or with the next page.
  } finally {
    triedAt = performance.now();
    busy = false;
  }
}

function seekWhenIdle(): void {
  if (session.get().status !== "in" || Date.now() - Number(memory.getItem(TRIED)) < EVERY_MS) return;
  stop();
  const start = (): void => void seek();
  // Safari knows no idle time.
  if ("requestIdleCallback" in window) requestIdleCallback(start, { timeout: 5_000 });
  else setTimeout(start, 1_000);
}

const stop = session.subscribe(seekWhenIdle);
whenStoreFails(() => void seek());
