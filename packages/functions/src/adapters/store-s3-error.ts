import { S3ServiceException } from "@aws-sdk/client-s3";
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

/**
 * Whatever the SDK throws as an AppError: what S3 says in ours, and everything else (no connection, no permission, no bucket, 5xx) as
 * `storage_unavailable`, with the store's own code in the message, because that is what a person who set it up can act on.
 */
export function storeError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : "unknown error";
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const cause = withoutExchange(error);
  // MinIO answers some requests so when its disk is full, with 500.
  if (error instanceof S3ServiceException && /no space left on device/iu.test(error.message)) {
    return new AppError("storage_full", "The store is full.", { cause });
  }
  const known = CODES[name] ?? (name === "NoSuchBucket" ? undefined : BY_STATUS[status ?? 0]);
  if (known) return new AppError(known[0], known[1], { cause });
  return new AppError("storage_unavailable", `The store does not answer as it should (${reason(error, name)}).`, { cause });
}

/** The SDK's error without what hangs on it: the whole exchange, sockets and signatures too, which nobody shall log or keep. */
function withoutExchange(error: unknown): unknown {
  if (!(error instanceof S3ServiceException)) return error;
  const { name, message, stack, $metadata } = error;
  const { httpStatusCode: status, requestId, attempts } = $metadata;
  return Object.assign(new Error(message), { name, stack, status, requestId, attempts });
}

function reason(error: unknown, name: string): string {
  if (name === "AbortError" || name === "TimeoutError") return "no answer in time";
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  return code ?? name;
}

/** What the SDK answers, its errors as AppErrors. */
export async function answer<T>(sent: Promise<T>): Promise<T> {
  return sent.catch((error: unknown) => {
    throw storeError(error);
  });
}

/** The same of what has an etag, without its quotes. */
export async function etagOf(sent: Promise<{ ETag?: string | undefined }>): Promise<{ etag: string }> {
  return { etag: bare((await answer(sent)).ETag) };
}

/** An etag as the rest of us writes it: without its quotes. */
export function bare(etag: string | undefined): string {
  return (etag ?? "").replaceAll('"', "");
}

/** Status and code of a refusal, such as `501 NotImplemented`; undefined for what is none: no answer, or an internal error. */
export function refusal(error: unknown): string | undefined {
  if (!(error instanceof S3ServiceException)) return undefined;
  const { httpStatusCode: status = 0 } = error.$metadata;
  const isRefusal = (status >= 400 && status < 500 && status !== 429) || status === 501;
  return isRefusal ? `${status} ${error.name}` : undefined;
}
