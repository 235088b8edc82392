/**
 * A sorted map from byte strings to byte strings, packed into pages of some 8 KB: 100 bytes an entry instead of the 500 that
 * objects would take, byte order for free, and written to disk as it lies in memory. A change replaces its page and never
 * writes into it, so a copy of the page list is a consistent snapshot.
 */

const PAGE_BYTES = 8192;
/** u16 key length, u32 value length, key, value. */
const HEADER = 6;

export type Entry = { key: Buffer; value: Buffer };

/** `starts` says where each entry begins; it is found out at the first search. */
type Page = { readonly bytes: Buffer; starts?: Uint32Array };

export class SortedMap {
  #pages: Page[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The pages as they are now; later changes do not touch them. */
  snapshot(): readonly Buffer[] {
    return this.#pages.map(({ bytes }) => bytes);
  }

  /** A map over pages that `snapshot` gave. */
  static from(pages: readonly Buffer[]): SortedMap {
    const map = new SortedMap();
    map.#pages = pages.map((bytes) => ({ bytes }));
    for (const page of pages) for (let at = 0; at < page.length; at = next(page, at)) map.#count++;
    return map;
  }

  /** The value of `key`, a view that stays valid. */
  get(key: Buffer): Buffer | undefined {
    const page = this.#pages[this.#pageFor(key)];
    if (!page) return undefined;
    const place = find(page, key);
    return place.found ? valueAt(page.bytes, place.at) : undefined;
  }

  set(key: Buffer, value: Buffer): void {
    const number = this.#pageFor(key);
    const page = this.#pages[number] ?? { bytes: Buffer.alloc(0) };
    const { bytes } = page;
    const { at, found } = find(page, key);
    const entry = pack(key, value);
    if (!found) this.#count++;
    // Keys that come in order fill their pages: a new last entry opens a page instead of halving the full one.
    if (at === bytes.length && number === this.#pages.length - 1 && bytes.length + entry.length > PAGE_BYTES) {
      this.#pages.push({ bytes: entry });
      return;
    }
    const after = found ? next(bytes, at) : at;
    this.#replace(number, Buffer.concat([bytes.subarray(0, at), entry, bytes.subarray(after)]));
  }

  delete(key: Buffer): boolean {
    const number = this.#pageFor(key);
    const page = this.#pages[number];
    if (!page) return false;
    const { at, found } = find(page, key);
    if (!found) return false;
    this.#count--;
    this.#replace(number, Buffer.concat([page.bytes.subarray(0, at), page.bytes.subarray(next(page.bytes, at))]));
    return true;
  }

  /** Entries from the first key ≥ `from` on, in byte order. The map must not change during the walk. */
  *entries(from: Buffer = Buffer.alloc(0)): Generator<Entry, undefined> {
    const pages = this.#pages;
    const first = this.#pageFor(from);
    for (let number = first; number < pages.length; number++) {
      const page = pages[number];
      if (!page) return;
      const { bytes } = page;
      for (let at = number === first ? find(page, from).at : 0; at < bytes.length; at = next(bytes, at)) {
        yield { key: keyAt(bytes, at), value: valueAt(bytes, at) };
      }
    }
  }

  /** The last page whose first key is ≤ `key`; the first page when there is none. */
  #pageFor(key: Buffer): number {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const page = this.#pages[middle];
      if (page && compareAt(page.bytes, 0, key) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #replace(number: number, bytes: Buffer): void {
    const pages = [...halves(bytes)].map((half) => ({ bytes: half }));
    if (pages.length === 1 && number < this.#pages.length) {
      this.#pages[number] = { bytes };
      return;
    }
    this.#pages.splice(number, 1, ...pages);
  }
}

function* halves(page: Buffer): Generator<Buffer> {
  if (page.length === 0) return;
  const first = next(page, 0);
  if (page.length <= PAGE_BYTES || first === page.length) {
    yield page;
    return;
  }
  let cut = first;
  while (next(page, cut) <= page.length / 2) cut = next(page, cut);
  yield* halves(Buffer.from(page.subarray(0, cut)));
  yield* halves(Buffer.from(page.subarray(cut)));
}

function pack(key: Buffer, value: Buffer): Buffer {
  const entry = Buffer.allocUnsafeSlow(HEADER + key.length + value.length);
  entry.writeUInt16LE(key.length, 0);
  entry.writeUInt32LE(value.length, 2);
  key.copy(entry, HEADER);
  value.copy(entry, HEADER + key.length);
  return entry;
}

function next(page: Buffer, at: number): number {
  return at + HEADER + page.readUInt16LE(at) + page.readUInt32LE(at + 2);
}

function keyAt(page: Buffer, at: number): Buffer {
  return page.subarray(at + HEADER, at + HEADER + page.readUInt16LE(at));
}

function valueAt(page: Buffer, at: number): Buffer {
  return page.subarray(at + HEADER + page.readUInt16LE(at), next(page, at));
}

/** Negative when the entry's key comes before `key`. */
function compareAt(page: Buffer, at: number, key: Buffer): number {
  return page.compare(key, 0, key.length, at + HEADER, at + HEADER + page.readUInt16LE(at));
}

/** Where `key` is, or where it would go. */
function find(page: Page, key: Buffer): { at: number; found: boolean } {
  const { bytes } = page;
  page.starts ??= startsIn(bytes);
  let low = 0;
  let high = page.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = page.starts[middle] ?? 0;
    const order = compareAt(bytes, at, key);
    if (order === 0) return { at, found: true };
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return { at: page.starts[low] ?? bytes.length, found: false };
}

function startsIn(bytes: Buffer): Uint32Array {
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at = next(bytes, at)) starts.push(at);
  return Uint32Array.from(starts);
}
