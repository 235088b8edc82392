/** One after the other, in one array. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Latin-1 text. */
export function latin(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCodePoint(...bytes.subarray(from, to));
}

/** A view of these very bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What changes in a file whose size stays: `zeros` are ranges [from, to) without an order, `writes` bytes that are put there after. */
export type Edits = { zeros: readonly (readonly [from: number, to: number])[]; writes: readonly { at: number; bytes: Uint8Array }[] };

/** Changes a piece of the file that begins at `from`, in place. */
export function applyEdits(piece: Uint8Array, from: number, { zeros, writes }: Edits): void {
  const end = from + piece.length;
  for (const [start, stop] of zeros) {
    if (start < end && stop > from) piece.fill(0, Math.max(0, start - from), Math.min(piece.length, stop - from));
  }
  for (const { at, bytes } of writes) {
    if (at >= end || at + bytes.length <= from) continue;
    piece.set(bytes.subarray(Math.max(0, from - at), end - at), Math.max(0, at - from));
  }
}
