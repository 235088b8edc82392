import { createStore } from "../../lib/store.ts";

/** Somebody waits for the person to show again who they are. */
export type Unlocking = { done: (unlocked: boolean) => void };
export const unlocking = createStore<Unlocking | undefined>(undefined);

/** Asks the person to show again who they are; false when they would rather not. */
export function askUnlock(): Promise<boolean> {
  unlocking.get()?.done(false);
  return new Promise((resolve) => {
    const done = (unlocked: boolean): void => {
      unlocking.set(undefined);
      resolve(unlocked);
    };
    unlocking.set({ done });
  });
}
