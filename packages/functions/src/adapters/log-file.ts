import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const KEEP_BYTES = 10 * 2 ** 20;

/** Appends lines to a file. When it is above 10 MB it moves to `<path>.1`; when the disk is full lines are dropped, never thrown. */
export function openLogFile(path: string): { write: (line: string) => void; close: () => void } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let file = openSync(path, "a", 0o600);
  const startAnew = (): void => {
    size = 0;
    renameSync(path, `${path}.1`);
    closeSync(file);
    file = openSync(path, "a", 0o600);
  };
  return {
    write: (line) => {
      try {
        if (size > KEEP_BYTES) startAnew();
        size += writeSync(file, `${line}\n`);
      } catch {
        // A log that cannot be written must not take the photos down with it.
      }
    },
    close: () => closeSync(file),
  };
}
