import { Problem } from "./http.ts";
import { createStore, type Readable } from "./store.ts";

type ChunkState<T> = { state: "absent" | "failed" } | { state: "here"; value: T };

/** A part of the app that comes on its own, when it is asked for or ahead of that. */
export type Chunk<T> = {
  state: Readable<ChunkState<T>>;
  /** Loads it, also after a failure; throws `Problem` with status 0 when it does not come. */
  load: () => Promise<T>;
};

export function createChunk<T>(importIt: () => Promise<T>): Chunk<T> {
  const state = createStore<ChunkState<T>>({ state: "absent" });
  let loading: Promise<T> | undefined;

  async function load(): Promise<T> {
    try {
      const value = await importIt();
      state.set({ state: "here", value });
      return value;
    } catch (cause) {
      // What failed is not kept: the next one who asks tries again.
      loading = undefined;
      state.set({ state: "failed" });
      throw new Problem(0, "unreachable", "Tintype cannot be reached. Check that it is running and that you are online.", { cause });
    }
  }

  return { state, load: () => (loading ??= load()) };
}

/** Loads chunks once the page has nothing better to do, so that they are here when the server is not. */
export function loadAhead(...chunks: readonly Chunk<unknown>[]): void {
  const load = (): void => {
    for (const chunk of chunks) void chunk.load().catch(() => undefined);
  };
  // Safari knows no idle time.
  if ("requestIdleCallback" in window) requestIdleCallback(load, { timeout: 5_000 });
  else setTimeout(load, 1_000);
}
