const END_BYTES = 22;
const CENTRAL_BYTES_AT = 12;
const CENTRAL_OFFSET_AT = 16;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
/** The number of entries that says: it stands elsewhere. */
const MANY = 0xffff;
const FAR = 0xffffffff;

/**
 * The end of a zip of `entries` files: client-zip 2.5.1 tells of more than 65,534 of them only where the zip is large too, and without that
 * record readers find 65,535. Takes its "end of central directory" and gives it back with the zip64 one and its locator in front, where they
 * are missing (PKWARE APPNOTE 6.3.10, 4.3.14 to 4.3.16).
 */
export function withZip64(end: Uint8Array<ArrayBuffer>, entries: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  const offset = view.getUint32(CENTRAL_OFFSET_AT, true);
  if (entries < MANY || offset === FAR) return end;
  const bytes = view.getUint32(CENTRAL_BYTES_AT, true);
  const whole = new Uint8Array(END64_BYTES + LOCATOR_BYTES + END_BYTES);
  const out = new DataView(whole.buffer);
  out.setUint32(0, 0x06064b50, true);
  // What follows in the record, after this number itself.
  out.setBigUint64(4, BigInt(END64_BYTES - 12), true);
  // Made by and needed to read it: version 4.5 of the format.
  out.setUint16(12, 45, true);
  out.setUint16(14, 45, true);
  for (const [at, value] of [
    [24, entries],
    [32, entries],
    [40, bytes],
    [48, offset],
  ] as const) {
    out.setBigUint64(at, BigInt(value), true);
  }
  out.setUint32(END64_BYTES, 0x07064b50, true);
  out.setBigUint64(END64_BYTES + 8, BigInt(offset + bytes), true);
  out.setUint32(END64_BYTES + 16, 1, true);
  whole.set(end, END64_BYTES + LOCATOR_BYTES);
  return whole;
}
