import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian's package `faketime`; this one is for programs with threads. */
const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

export const hasFaketime = existsSync(LIBRARY);

if (!hasFaketime && process.env["REQUIRE_TOOLS"] === "1") throw new Error("faketime is not installed (.ci/run does it)");

/** A clock for a process of ours that is moved while it runs: to be given to it as its environment. */
export function movableClock(): { env: Record<string, string>; forward: (seconds: number) => void } {
  const file = join(mkdtempSync(join(tmpdir(), "tintype-clock-")), "offset");
  let offset = 0;
  const forward = (seconds: number): void => {
    offset += seconds;
    writeFileSync(file, `+${offset}s`);
  };
  forward(0);
  const env = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    NO_FAKE_STAT: "1",
  };
  return { env, forward };
}
