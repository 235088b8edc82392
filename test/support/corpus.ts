import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../shared/photos/", import.meta.url));

/** True when the photo corpus lies beside the clone. Under `CI=true` it must: then its absence is an error, never a skip. */
export const hasCorpus: boolean = existsSync(FOLDER);

if (!hasCorpus) {
  const notice = `the photo corpus is not at ${FOLDER}`;
  if (process.env["CI"] === "true") throw new Error(notice);
  console.warn(`${notice}: tests that read it are skipped`);
}

/**
 * The absolute path of a file or folder of the photo corpus, for example `corpus("truth.jsonl")`.
 * Guard a suite with `describe.skipIf(!hasCorpus)`; a file that is missing in a corpus that is there throws.
 */
export function corpus(path: string): string {
  const whole = FOLDER + path;
  if (hasCorpus && !existsSync(whole)) throw new Error(`the photo corpus has no ${path}`);
  return whole;
}
