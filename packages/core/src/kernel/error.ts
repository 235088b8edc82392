/** Every way in which a request can fail. The HTTP status of each lives in `functions/src/api/error.ts`. */
export type Code =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "gone"
  | "stale"
  | "too_large"
  | "too_many"
  | "locked"
  | "password_needed"
  | "over_quota"
  | "over_budget"
  | "checksum_mismatch"
  | "already_set_up"
  | "storage_full"
  | "storage_unavailable"
  | "database_unavailable"
  | "decoder_unavailable";

/** The one error that a caller is meant to see. Any other `Error` is a bug and becomes a 500. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: Code;
  /** Extra fields of the problem document (RFC 9457), for example `{ field: "files.3.size" }`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, options: { cause?: unknown; extra?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.extra = options.extra ?? {};
  }
}

const OUTAGES: ReadonlySet<Code> = new Set(["storage_full", "storage_unavailable", "database_unavailable", "decoder_unavailable"]);

/** Whether something that we need is away: nobody's fault, and worth trying again for as long as it takes. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && OUTAGES.has(error.code);
}

/** For `catch`: makes these kinds of failure the answer `undefined`. */
export function undefinedWhen(...codes: readonly Code[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof AppError && codes.includes(error.code)) return undefined;
    throw error;
  };
}

/** What a text says as JSON; undefined where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
