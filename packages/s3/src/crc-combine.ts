import type { ChecksumName } from "./checksum.ts";

/** Width and reflected polynomial of each CRC. */
const KINDS = {
  crc32: { width: 32n, polynomial: 0xedb88320n },
  crc32c: { width: 32n, polynomial: 0x82f63b78n },
  crc64nvme: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CrcName = keyof typeof KINDS;
type Kind = (typeof KINDS)[CrcName];

export function isCrc(name: ChecksumName): name is CrcName {
  return Object.hasOwn(KINDS, name);
}

/** The CRC of two pieces together, from that of each and the length of the second in bytes; big-endian, as S3 writes them. */
export function combineCrc(name: CrcName, first: Buffer, second: Buffer, secondLength: number): Buffer {
  const kind = KINDS[name];
  const value = multiply(kind, shift(kind, secondLength), toNumber(first)) ^ toNumber(second);
  return Buffer.from(value.toString(16).padStart(Number(kind.width) / 4, "0"), "hex");
}

/** x to the power of 8 × `bytes`, modulo the polynomial. */
function shift(kind: Kind, bytes: number): bigint {
  let result = 1n << (kind.width - 1n);
  let square = result >> 1n;
  for (let exponent = 8n * BigInt(bytes); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = multiply(kind, result, square);
    square = multiply(kind, square, square);
  }
  return result;
}

/** The product of two polynomials whose highest bit is the constant term. */
function multiply({ width, polynomial }: Kind, a: bigint, b: bigint): bigint {
  let product = 0n;
  let term = b;
  for (let bit = 1n << (width - 1n); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= term;
    term = term & 1n ? (term >> 1n) ^ polynomial : term >> 1n;
  }
  return product;
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`);
}
