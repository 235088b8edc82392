import { AppError, type Code } from "@tintype/core/kernel";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import type { Env } from "./deps.ts";

/** Codes that only HTTP has. */
type HttpCode = "method_not_allowed" | "unsupported_media_type" | "internal";

export type ProblemCode = Code | HttpCode;

/** The one table from code to HTTP: status and title. */
export const PROBLEMS = {
  invalid: [400, "The request is not valid"],
  unauthenticated: [401, "Sign in first"],
  password_needed: [401, "A password is needed"],
  forbidden: [403, "Not allowed"],
  locked: [403, "Locked"],
  not_found: [404, "Not found"],
  method_not_allowed: [405, "Method not allowed"],
  conflict: [409, "Conflict"],
  already_set_up: [409, "Already set up"],
  gone: [410, "Gone"],
  stale: [412, "Out of date"],
  too_large: [413, "Too large"],
  over_quota: [413, "Over the quota"],
  unsupported_media_type: [415, "Unsupported media type"],
  checksum_mismatch: [422, "Checksum mismatch"],
  too_many: [429, "Too many requests"],
  over_budget: [429, "Over the budget"],
  internal: [500, "Something went wrong"],
  database_unavailable: [503, "The database is not available"],
  decoder_unavailable: [503, "The decoder is not available"],
  storage_unavailable: [503, "The storage is not available"],
  storage_full: [507, "The storage is full"],
} as const satisfies Record<ProblemCode, readonly [ContentfulStatusCode, string]>;

const NOT_JSON = "Send JSON, with the content type application/json.";

type Fault = { code: ProblemCode; detail: string; extra?: Readonly<Record<string, unknown>> };

/** An RFC 9457 problem document. `extra.retryAfter` (seconds) becomes the header too. */
export function problem(c: Context<Env>, { code, detail, extra = {} }: Fault): Response {
  const [status, title] = PROBLEMS[code];
  const { retryAfter } = extra;
  if (typeof retryAfter === "number") c.header("retry-after", String(retryAfter));
  const body = { type: "about:blank", title, status, code, detail, requestId: c.get("requestId"), ...extra };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json", "cache-control": "no-store" });
}

/** Answers any error. What is not an AppError is a bug: it is logged with its stack, and nothing of it leaves the process. */
export function onError(error: Error, c: Context<Env>): Response {
  if (error instanceof AppError) {
    if (PROBLEMS[error.code][0] >= 500) {
      c.get("log").error("unavailable", { code: error.code, error: error.message, stack: stackOf(error) });
    }
    return problem(c, { code: error.code, detail: error.message, extra: error.extra });
  }
  if (error instanceof HTTPException) return problem(c, fromHttp(error));
  c.get("log").error("bug", { error: error.message, stack: stackOf(error) });
  return problem(c, { code: "internal", detail: `Try again. If it happens again, report it with the number ${c.get("requestId")}.` });
}

/** Turns a failed parse into an AppError that names the fields; a path that cannot be an id is a thing that is not there. */
export function onInvalid(result: { target: string; success: boolean; error?: z.ZodError }): void {
  if (result.success || !result.error) return;
  if (result.target === "param") throw new AppError("not_found", "There is nothing here with this id.");
  const errors = result.error.issues.slice(0, 20).map((issue) => ({ field: issue.path.join("."), detail: issue.message }));
  const [first] = errors;
  throw new AppError("invalid", first ? `${first.field || "The body"}: ${first.detail}` : "The request is not valid.", {
    extra: { field: first?.field ?? "", errors },
  });
}

function fromHttp(error: HTTPException): Fault {
  if (error.status === 413) return { code: "too_large", detail: "The request is too large." };
  if (error.status === 415) return { code: "unsupported_media_type", detail: NOT_JSON };
  if (error.status < 500) return { code: "invalid", detail: `${error.message || "The request is not valid"}.` };
  return { code: "internal", detail: "Try again." };
}

/** The stack with those of its causes, which tell what the driver said. */
function stackOf(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack;
}
