import type { Log } from "@tintype/core/kernel";

type Level = "debug" | "info" | "warn" | "error";

export type LogOptions = {
  /** Takes one finished line, without a newline. */
  write: (line: string) => void;
  /** The least level that is written; default `info`. */
  level?: Level;
  now?: () => Date;
};

const LEVELS: readonly Level[] = ["debug", "info", "warn", "error"];
const SECRET = /authorization|cookie|password|secret|token|signature|access_?key/iu;
/** The query of a signed URL is a key to the object. */
const SIGNED_QUERY = /\?[^\s"'?]*X-Amz-[^\s"']*/giu;
const DEPTH = 4;

/** A log of JSON lines: `{"time","level","event",…fields}`. Fields with the names of secrets and the queries of signed URLs are left out. */
export function createLog(options: LogOptions): Log {
  return logWith(options, {});
}

function logWith(options: LogOptions, base: Record<string, unknown>): Log {
  const { write, level: least = "info", now = () => new Date() } = options;
  const at =
    (level: Level) =>
    (event: string, fields: Record<string, unknown> = {}): void => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      const head = { time: now().toISOString(), level, event };
      const rest = safeFields({ ...base, ...fields }, DEPTH);
      // Twice, so that it comes first and no field can take its place.
      write(JSON.stringify({ ...head, ...rest, ...head }));
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => logWith(options, { ...base, ...fields }),
  };
}

function safeFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, SECRET.test(name) ? "[left out]" : safe(value, depth)]));
}

function safe(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.replaceAll(SIGNED_QUERY, "?[signed]");
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "[deep]";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return safeError(value, depth);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => safe(item, depth - 1));
  return safeFields(value, depth - 1);
}

function safeError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = "code" in error ? { code: error.code } : {};
  const parts = { name, ...code, message: safe(message, depth), stack: safe(stack, depth) };
  return cause === undefined ? parts : { ...parts, cause: safe(cause, depth - 1) };
}
