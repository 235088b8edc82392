import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const KEEP_BYTES = 10 * 2 ** 20;

/** Appends lines to a file. At opening, a file above 10 MB moves to `<path>.1`; when the disk is full lines are dropped, never thrown. */
export function openLogFile(path: string): { write: (line: string) => void; close: () => void } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > KEEP_BYTES) renameSync(path, `${path}.1`);
  const file = openSync(path, "a", 0o600);
  return {
    write: (line) => {
      try {
        writeSync(file, `${line}\n`);
      } catch {
        // A log that cannot be written must not take the photos down with it.
      }
    },
    close: () => closeSync(file),
  };
}
