import { Problem } from "../lib/http.ts";

/** How a store answered a PUT. Status 0 = the connection broke or was never made. `code` is the S3 error code, or empty. */
export type PutAnswer = { status: number; etag: string | null; code: string; retryAfter: number | undefined };

/**
 * What to do about a failure: `retry` later, and where it failed · `replan` with fresh signatures · `rehash` because the file is not what was hashed
 * ·
 * `hold` everything until a person acts · `fail` for good, with the reason to show.
 */
export type Verdict =
  | { act: "done" }
  | { act: "retry"; at: "storage" | "server"; reason: string; retryAfter: number | undefined }
  | { act: "replan" | "rehash" | "fail"; reason: string }
  | { act: "hold"; hold: "full" | "signed-out" };

const FULL = new Set(["InsufficientStorage", "StorageFull", "XMinioStorageFull", "QuotaExceeded", "EntityTooLargeForQuota"]);
const CHANGED = new Set(["BadDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "InvalidDigest", "IncompleteBody"]);

const TOO_LARGE =
  "The proxy in front of Tintype takes no requests of this size. Whoever runs it can raise the limit (in nginx client_max_body_size).";

/** The code of a connection that broke just after one byte got through. */
export const ONLY_SMALL = "OnlySmall";

/** A browser is told nothing of a refusal that comes from a proxy in front of the store: only that the connection broke. */
const SMALL_PASSES =
  "The connection broke, and small requests get through: a proxy in front of the storage may limit their size (nginx: client_max_body_size).";

const BROKE = "The connection to the storage broke.";

/** What the answer to a PUT means. 412: something is under this key already, these bytes as a rule; ingest tells. */
export function judgePut({ status, code, retryAfter }: PutAnswer): Verdict {
  if ((status >= 200 && status < 300) || status === 412) return { act: "done" };
  if (status === 507 || FULL.has(code)) return { act: "hold", hold: "full" };
  if (CHANGED.has(code)) return { act: "rehash", reason: "It changed while it was being sent." };
  // Only what is between the browser and the store says this without a code of S3's.
  if (status === 413 && code === "") return { act: "fail", reason: TOO_LARGE };
  if (status === 0) return { act: "retry", at: "storage", reason: code === ONLY_SMALL ? SMALL_PASSES : BROKE, retryAfter };
  if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) {
    return { act: "retry", at: "storage", reason: "The storage is busy.", retryAfter };
  }
  if (status === 403 || code === "NoSuchUpload") return { act: "replan", reason: "The storage refused it." };
  return { act: "fail", reason: `The storage refused it${code ? ` (${code})` : ` (${status})`}.` };
}

/** Unknown, expired, incomplete or overtaken: the file is planned anew. */
const ENDED = new Set([404, 409, 410, 412]);

/** What our server, or what is behind it, is missed for. */
const AWAY: Readonly<Record<string, string>> = {
  unreachable: "Tintype cannot be reached.",
  storage_unavailable: "The storage cannot be reached.",
  database_unavailable: "The database cannot be reached.",
};

/** What a failed request to our own API means for the files it was about. */
export function judgeProblem(error: unknown): Verdict {
  if (!(error instanceof Problem)) return { act: "fail", reason: "Something went wrong in this page." };
  if (error.status === 401) return { act: "hold", hold: "signed-out" };
  if (error.status === 507 || error.code === "storage_full") return { act: "hold", hold: "full" };
  if (ENDED.has(error.status)) return { act: "replan", reason: "The upload had expired." };
  if (error.code === "checksum_mismatch") return { act: "rehash", reason: "It changed while it was being sent." };
  if (error.status === 0 || error.status === 408 || error.status === 425 || error.status === 429 || error.status >= 500) {
    const at = error.code === "storage_unavailable" ? "storage" : "server";
    return { act: "retry", at, reason: AWAY[error.code] ?? "Tintype is busy.", retryAfter: error.retryAfter };
  }
  return { act: "fail", reason: error.message };
}
