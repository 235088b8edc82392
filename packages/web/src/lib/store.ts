import { useSyncExternalStore } from "react";

/** A value outside React that tells its listeners when it is replaced. */
export type Store<T> = {
  get: () => T;
  set: (value: T) => void;
  /** Calls `listener` after each change; returns the way to stop. */
  subscribe: (listener: () => void) => () => void;
};

/** A store for those who only look. */
export type Readable<T> = Pick<Store<T>, "get" | "subscribe">;

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's value in a component, which renders again when it is replaced. */
export function useStore<T>(store: Readable<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
