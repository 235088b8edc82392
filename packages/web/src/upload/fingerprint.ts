/** What a file is known by, and the date by which its folder is chosen. */
export type Known = { sha256: string; takenAt?: string };

/**
 * Files by fingerprint (path, size, mtime), kept in IndexedDB, so that of a folder that is dropped again nothing is hashed or looked into.
 * Only a cache: where IndexedDB is missing or full, everything is read anew.
 */
export type Fingerprints = {
  get: (key: string) => Promise<Known | undefined>;
  set: (key: string, known: Known) => void;
};

const STORE = "sha256";

export function fingerprintOf(path: string, file: { size: number; lastModified: number }): string {
  return `${path}\n${file.size}\n${file.lastModified}`;
}

export function openFingerprints(): Fingerprints {
  const database = open().catch(() => undefined);
  const fresh = new Map<string, Known>();
  let flush: ReturnType<typeof setTimeout> | undefined;

  const write = async (change: (store: IDBObjectStore) => void): Promise<void> => {
    try {
      const store = (await database)?.transaction(STORE, "readwrite").objectStore(STORE);
      if (store) change(store);
    } catch {
      // A full or broken cache costs time only.
    }
  };

  return {
    async get(key) {
      const known = fresh.get(key);
      if (known) return known;
      try {
        const store = (await database)?.transaction(STORE).objectStore(STORE);
        const value = store && (await settled<unknown>(store.get(key)));
        return isKnown(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
    set(key, known) {
      fresh.set(key, known);
      // One transaction a second, not one a file.
      flush ??= setTimeout(() => {
        flush = undefined;
        const batch = [...fresh];
        fresh.clear();
        void write((store) => {
          for (const [each, value] of batch) store.put(value, each);
        });
      }, 1_000);
    },
  };
}

function isKnown(value: unknown): value is Known {
  return value !== null && typeof value === "object" && "sha256" in value && typeof value.sha256 === "string";
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open("tintype-upload", 1);
  request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE));
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("IndexedDB failed")));
  });
}
