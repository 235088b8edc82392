import { AppError } from "@tintype/core/kernel";
import { codeOf } from "./error-code.ts";

/** SQLSTATEs that tell of the connection or the server, not of the statement: class 08, shutdown and crash, too many connections. */
const UNAVAILABLE = /^(?:08|57P0|53300)/u;

/**
 * The error to throw for what a driver threw: its own for a failed statement (it has a five-character SQLSTATE),
 * `database_unavailable` when there was no answer to the statement at all.
 */
export function databaseError(error: unknown): unknown {
  const code = codeOf(error);
  const isAnswer = /^[0-9A-Z]{5}$/u.test(code) && !UNAVAILABLE.test(code);
  if (isAnswer || error instanceof TypeError || error instanceof AppError) return error;
  const why = code || (error instanceof Error ? error.message : "no reason given");
  return new AppError("database_unavailable", `The database cannot be reached (${why}).`, { cause: error });
}
