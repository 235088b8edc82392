import { bytesToHex } from "@noble/hashes/utils.js";

let last = 0;
let counter = 0;

/**
 * A new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits, so that ids made later sort later.
 * Within one millisecond of one process the 12 bits of `rand_a` count up (RFC 9562, section 6.2, method 1).
 */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const time = Math.max(now, last);
  counter = time === last ? counter + 1 : (bytes[6]! << 4) & 0x7ff;
  const overflow = counter > 0xfff;
  last = overflow ? time + 1 : time;
  if (overflow) counter = 0;
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(last / 0x10000));
  view.setUint16(4, last % 0x10000);
  view.setUint16(6, 0x7000 | counter);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return fromBytes(bytes);
}

/** The canonical text of a 16-byte id. */
export function fromBytes(bytes: Uint8Array): string {
  const hex = bytesToHex(bytes.subarray(0, 16));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of an id in canonical text; the caller has parsed it as a UUID already. */
export function toBytes(id: string): Uint8Array {
  const hex = id.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}
