/** A structured log: one event name and flat fields. Implementations never write secrets or query strings of signed URLs. */
export type Log = {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
  /** The same log with these fields on every line, for example `{ request: id }`. */
  with(fields: Record<string, unknown>): Log;
};
