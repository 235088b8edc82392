import { createStore } from "./store.ts";

/** Goes up when the browser has found another way to the store: what was signed before leads nowhere. */
export const ways = createStore(0);

let seek = (): void => undefined;

/** Registers who looks for another way when requests to the store bring nothing. */
export function whenStoreFails(handler: () => void): void {
  seek = handler;
}

/** Tells that a request to the store brought nothing, for whatever reason. May be told for every picture. */
export function storeFailed(): void {
  seek();
}
