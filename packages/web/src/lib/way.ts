import { createStore } from "./store.ts";

const PROOF_MS = 5 * 60_000;

/** Goes up when the browser has found another way to the store: what was signed before leads nowhere. */
export const ways = createStore(0);

let provedAt = -Infinity;

/** Notes that one byte has just come to the store and back. */
export function wayProved(): void {
  provedAt = performance.now();
}

/** True for a while after that: what breaks now breaks for another reason than the way. */
export function isWayProved(): boolean {
  return performance.now() - provedAt < PROOF_MS;
}

const handlers = new Set<() => void>();

/** Registers who looks for the reason, or for another way, when requests to the store bring nothing; returns how to stop. */
export function whenStoreFails(handler: () => void): () => void {
  handlers.add(handler);
  return () => void handlers.delete(handler);
}

/** Tells that a request to the store brought nothing, for whatever reason. May be told for every picture. */
export function storeFailed(): void {
  for (const handler of handlers) handler();
}
