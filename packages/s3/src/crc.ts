/** The two cyclic redundancy checks that Node does not have, eight bytes at a step ("slicing by 8"). */

const SLICES = 8;
const CASTAGNOLI = 0x82f63b78;
/** The reflected polynomial of CRC-64/NVME, in halves. */
const NVME = { high: 0x9a6c9329, low: 0xac4bc9b5 };

const table32 = make32();
const table64 = make64();

/** CRC-32C (RFC 3720), continued from `before`. */
export function crc32c(data: Uint8Array, before = 0): number {
  let crc = ~before;
  let at = 0;
  for (const end = data.length - (data.length % SLICES); at < end; at += SLICES) {
    const low = crc ^ word(data, at);
    const high = word(data, at + 4);
    crc =
      slice32(7, low) ^
      slice32(6, low >>> 8) ^
      slice32(5, low >>> 16) ^
      slice32(4, low >>> 24) ^
      slice32(3, high) ^
      slice32(2, high >>> 8) ^
      slice32(1, high >>> 16) ^
      slice32(0, high >>> 24);
  }
  for (; at < data.length; at++) crc = (crc >>> 8) ^ slice32(0, crc ^ byte(data, at));
  return ~crc >>> 0;
}

/** CRC-64/NVME, continued from `before`. */
export function crc64nvme(data: Uint8Array, before = 0n): bigint {
  let low = ~Number(before & 0xffffffffn);
  let high = ~Number(before >> 32n);
  let at = 0;
  for (const end = data.length - (data.length % SLICES); at < end; at += SLICES) {
    const first = low ^ word(data, at);
    const second = high ^ word(data, at + 4);
    low = half(0, first, second);
    high = half(1, first, second);
  }
  for (; at < data.length; at++) {
    const index = (low ^ byte(data, at)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (table64[2 * index] ?? 0);
    high = (high >>> 8) ^ (table64[2 * index + 1] ?? 0);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}

function word(data: Uint8Array, at: number): number {
  return byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24);
}

function byte(data: Uint8Array, at: number): number {
  return data[at] ?? 0;
}

function slice32(slice: number, index: number): number {
  return table32[slice * 256 + (index & 0xff)] ?? 0;
}

/** One half (0 low, 1 high) of what eight bytes turn the register into. */
function half(which: 0 | 1, first: number, second: number): number {
  return (
    slice64(7, first, which) ^
    slice64(6, first >>> 8, which) ^
    slice64(5, first >>> 16, which) ^
    slice64(4, first >>> 24, which) ^
    slice64(3, second, which) ^
    slice64(2, second >>> 8, which) ^
    slice64(1, second >>> 16, which) ^
    slice64(0, second >>> 24, which)
  );
}

function slice64(slice: number, index: number, which: number): number {
  return table64[2 * (slice * 256 + (index & 0xff)) + which] ?? 0;
}

function make32(): Int32Array {
  const table = new Int32Array(SLICES * 256);
  for (let index = 0; index < 256; index++) {
    let crc = index;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
    table[index] = crc;
  }
  for (let index = 256; index < table.length; index++) {
    const before = table[index - 256] ?? 0;
    table[index] = (before >>> 8) ^ (table[before & 0xff] ?? 0);
  }
  return table;
}

/** Pairs of halves, low first. */
function make64(): Int32Array {
  const table = new Int32Array(SLICES * 256 * 2);
  for (let index = 0; index < 256; index++) {
    let low = index;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd) [low, high] = [low ^ NVME.low, high ^ NVME.high];
    }
    table[2 * index] = low;
    table[2 * index + 1] = high;
  }
  for (let index = 256; index < SLICES * 256; index++) {
    const low = table[2 * (index - 256)] ?? 0;
    const high = table[2 * (index - 256) + 1] ?? 0;
    const tail = 2 * (low & 0xff);
    table[2 * index] = ((low >>> 8) | (high << 24)) ^ (table[tail] ?? 0);
    table[2 * index + 1] = (high >>> 8) ^ (table[tail + 1] ?? 0);
  }
  return table;
}
