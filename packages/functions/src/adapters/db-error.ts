import { AppError } from "@tintype/core/kernel";
import { codeOf } from "./error-code.ts";

/** A full disk, as Postgres and as the system under the embedded one call it. */
const FULL: ReadonlySet<string> = new Set(["53100", "ENOSPC", "EDQUOT"]);
/** SQLSTATEs that tell of the connection or the server, not of the statement: class 08, shutdown and crash, out of memory or connections. */
const UNAVAILABLE = /^(?:08|57P0|53)/u;
const REFUSED = /^(?:28|3D|42501)/u;

/** Postgres does not let us in: wrong user or password, no such database, no rights in it. Waiting does not help. */
export function isRefusal(error: unknown): boolean {
  return REFUSED.test(codeOf(error));
}

/** The sentence for a refusal. */
export function refusal(error: unknown): AppError {
  const message = error instanceof Error ? error.message : String(error);
  return new AppError("invalid", `Postgres refuses: ${message}. Check DATABASE_URL.`, { cause: error });
}

/** A table of ours is not there: Tintype was never started on this database. */
export function isUnstarted(error: unknown): boolean {
  return codeOf(error) === "42P01";
}

/**
 * The error to throw for what a driver threw: its own for a failed statement (it has a five-character SQLSTATE), `storage_full` when the
 * database's disk is full, `database_unavailable` when there was no answer to the statement at all, or the server has no room for it.
 */
export function databaseError(error: unknown): unknown {
  const code = codeOf(error);
  if (FULL.has(code)) {
    return new AppError("storage_full", "The disk is full. Free some space and try again: the database cannot write.", { cause: error });
  }
  const isAnswer = /^[0-9A-Z]{5}$/u.test(code) && !UNAVAILABLE.test(code);
  // `fetch` calls it a TypeError, too, when an answer breaks off; that one has a cause.
  const isBug = error instanceof TypeError && error.cause === undefined;
  if (isAnswer || isBug || error instanceof AppError) return error;
  const why = code || (error instanceof Error ? error.message : "no reason given");
  return new AppError("database_unavailable", `The database cannot be reached (${why}).`, { cause: error });
}
