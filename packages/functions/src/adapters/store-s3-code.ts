import { AppError, type Code } from "@tintype/core/kernel";

/** S3's error codes, as AWS, MinIO, Ceph, Garage and our own server spell them. */
const CODES: Readonly<Record<string, readonly [Code, string]>> = {
  NoSuchKey: ["not_found", "There is no such object in the store."],
  NotFound: ["not_found", "There is no such object in the store."],
  NoSuchUpload: ["gone", "The multipart upload has ended."],
  PreconditionFailed: ["conflict", "An object with this key exists."],
  ConditionalRequestConflict: ["conflict", "Another request is writing this key."],
  BadDigest: ["checksum_mismatch", "The store received other bytes than were sent."],
  InvalidDigest: ["checksum_mismatch", "The store received other bytes than were sent."],
  XAmzContentSHA256Mismatch: ["checksum_mismatch", "The store received other bytes than were sent."],
  XAmzContentChecksumMismatch: ["checksum_mismatch", "The store received other bytes than were sent."],
  EntityTooLarge: ["too_large", "The object is larger than the store allows."],
  EntityTooSmall: ["invalid", "A part is smaller than the store allows."],
  InvalidPart: ["invalid", "A part is missing or has changed."],
  InvalidPartOrder: ["invalid", "The parts are not in order."],
  InvalidRange: ["invalid", "The object has no such range."],
  StorageFull: ["storage_full", "The store is full."],
  InsufficientStorage: ["storage_full", "The store is full."],
  XMinioStorageFull: ["storage_full", "The store is full."],
  QuotaExceeded: ["storage_full", "The store's quota is used up."],
  XMinioAdminBucketQuotaExceeded: ["storage_full", "The bucket's quota is used up."],
};

const BY_STATUS: Readonly<Record<number, readonly [Code, string]>> = {
  404: ["not_found", "There is no such object in the store."],
  412: ["conflict", "An object with this key exists."],
  507: ["storage_full", "The store is full."],
};

/** What is wrong with the disk under some stores, which MinIO answers some requests with, and 500. */
const NO_SPACE = /no space left on device/iu;

/** The AppError of what a store has answered, by its own code (`NoSuchKey`), its sentence and the status; undefined for what nobody can act on. */
export function answered(name: string, status: number, message: string, cause?: unknown): AppError | undefined {
  if (NO_SPACE.test(message)) return new AppError("storage_full", "The store is full.", { cause });
  const known = CODES[name] ?? (name === "NoSuchBucket" ? undefined : BY_STATUS[status]);
  return known && new AppError(known[0], known[1], { cause });
}
