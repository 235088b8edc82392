import { S3ServiceException } from "@aws-sdk/client-s3";
import { AppError } from "@tintype/core/kernel";
import { answered } from "./store-s3-code.ts";

/**
 * Whatever the SDK throws as an AppError: what S3 says in ours, and everything else (no connection, no permission, no bucket, 5xx) as
 * `storage_unavailable`, with the store's own code in the message, because that is what a person who set it up can act on.
 */
export function storeError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : "unknown error";
  const cause = withoutExchange(error);
  const told =
    error instanceof S3ServiceException
      ? answered(name, error.$metadata.httpStatusCode ?? 0, error.message, cause)
      : answered(name, 0, "", cause);
  if (told) return told;
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
