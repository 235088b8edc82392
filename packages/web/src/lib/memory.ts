/** What a browser keeps for us between pages, or while its tab is open. */
export type Memory = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** For as long as nobody empties it. */
export const memory = guarded(() => localStorage);
/** For one tab. */
export const tabMemory = guarded(() => sessionStorage);

/** A browser may refuse it, above all to a frame on another site, even the look at it, or have no room: then nothing is known, and nothing kept. */
export function guarded(open: () => Storage): Memory {
  const attempt = <T>(act: (storage: Storage) => T): T | undefined => {
    try {
      return act(open());
    } catch {
      return undefined;
    }
  };
  return {
    getItem: (name) => attempt((storage) => storage.getItem(name)) ?? null,
    setItem: (name, value) => attempt((storage) => storage.setItem(name, value)),
    removeItem: (name) => attempt((storage) => storage.removeItem(name)),
  };
}
