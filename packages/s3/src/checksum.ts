import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { crc32c, crc64nvme } from "./crc.ts";

/** The checksums that a client may send with an object, by the name that S3's headers use. */
export const CHECKSUM_NAMES = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;
export type ChecksumName = (typeof CHECKSUM_NAMES)[number];
export type DigestName = ChecksumName | "md5";

/** A running digest. */
export type Hasher = { update(chunk: Uint8Array): void; digest(): Buffer };

/** Length in bytes of each digest, to refuse values that cannot be one. */
export const DIGEST_BYTES: Record<DigestName, number> = { crc32: 4, crc32c: 4, crc64nvme: 8, md5: 16, sha1: 20, sha256: 32 };

export function createHasher(name: DigestName): Hasher {
  if (name === "crc32") return crc(4, (chunk, before) => BigInt(crc32(chunk, Number(before))));
  if (name === "crc32c") return crc(4, (chunk, before) => BigInt(crc32c(chunk, Number(before))));
  if (name === "crc64nvme") return crc(8, crc64nvme);
  const hash = createHash(name);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest() };
}

/** The digest of one buffer. */
export function digestOf(name: DigestName, data: Uint8Array): Buffer {
  const hasher = createHasher(name);
  hasher.update(data);
  return hasher.digest();
}

/** A checksum name as S3 writes it in XML and in `x-amz-checksum-algorithm`. */
export function isChecksumName(name: string): name is ChecksumName {
  return CHECKSUM_NAMES.some((known) => known === name);
}

function crc(bytes: 4 | 8, step: (chunk: Uint8Array, before: bigint) => bigint): Hasher {
  let value = 0n;
  return {
    update(chunk) {
      value = step(chunk, value);
    },
    digest() {
      const buffer = Buffer.alloc(8);
      buffer.writeBigUInt64BE(value);
      return buffer.subarray(8 - bytes);
    },
  };
}
