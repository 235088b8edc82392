const MAX_BYTES = 64 * 1024 * 1024;

type Entry = { plain: Promise<Uint8Array<ArrayBuffer>>; gzip?: Promise<Uint8Array<ArrayBuffer>> | undefined; size: number };

/** Bytes by their key, plain or gzipped; `load` gives those that are not there. */
export type PackedCache = {
  get: (key: string, gzip: boolean, load: () => Promise<Uint8Array<ArrayBuffer>>) => Promise<Uint8Array<ArrayBuffer>>;
};

/**
 * Encoded timelines by owner and revision, plain and gzipped, at most 64 MB of them: a revision never changes, so nothing here goes stale.
 * Askers at the same time share one load.
 */
export function createPackedCache(): PackedCache {
  const entries = new Map<string, Entry>();

  function add(key: string, load: () => Promise<Uint8Array<ArrayBuffer>>): Entry {
    const entry: Entry = { plain: load(), size: 0 };
    entries.set(key, entry);
    entry.plain.then(
      (bytes) => grow(entry, bytes.length),
      () => entries.delete(key),
    );
    return entry;
  }

  function grow(entry: Entry, bytes: number): void {
    entry.size += bytes;
    let total = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
    for (const [key, oldest] of entries) {
      if (total <= MAX_BYTES) return;
      entries.delete(key);
      total -= oldest.size;
    }
  }

  return {
    async get(key, gzip, load) {
      const entry = entries.get(key) ?? add(key, load);
      // Used last, dropped last.
      if (entries.delete(key)) entries.set(key, entry);
      const plain = await entry.plain;
      if (!gzip) return plain;
      entry.gzip ??= gzipped(plain).then((bytes) => {
        grow(entry, bytes.length);
        return bytes;
      });
      return entry.gzip;
    },
  };
}

/** The same, gzipped. */
export async function gzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
