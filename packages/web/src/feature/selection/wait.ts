import { counted } from "../../lib/format.ts";
import { createStore } from "../../lib/store.ts";

/** How many questions wait for an answer of somebody who has not given one: above none a download stands still, and goes on by itself. */
export const waits = createStore(0);

/** Is counted in `waits` from `begin` to `end`. */
export function createWait(): { begin: () => void; end: () => void } {
  let own = 0;
  const count = (next: number): void => {
    waits.set(waits.get() + next - own);
    own = next;
  };
  return { begin: () => count(1), end: () => count(0) };
}

/** Tells what to say as long as a download waits for somebody who is away, and nothing when it goes on; returns the way to stop. */
export function followWaits(progress: () => string, tell: (text: string) => void): () => void {
  const say = (): void => tell(waits.get() > 0 ? waitingText(progress(), navigator.onLine) : "");
  const stop = waits.subscribe(say);
  // It may be the one first and the other then.
  for (const event of CHANGES) addEventListener(event, say);
  return () => {
    stop();
    for (const event of CHANGES) removeEventListener(event, say);
  };
}

const CHANGES = ["online", "offline"] as const;

/** While nobody answers; `progress` is how far it has come. */
export function waitingText(progress: string, isOnline: boolean): string {
  const at = /^\d/u.test(progress) ? ` at ${progress}` : "";
  if (!isOnline) return `Waiting${at}. You are offline: the download carries on by itself once you are back online.`;
  return `Waiting${at}. The photos cannot be reached: the download carries on by itself once they are.`;
}

/** Of a download, before the first byte, which may take seconds: the files are asked for, and so is each of the first by itself. */
export function preparingText(files: number): string {
  return `Preparing ${counted(files, "file")}`;
}
