import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, utimes } from "node:fs/promises";
import { join } from "node:path";
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

/** Folders of the corpus, and the day on which files that do not tell their own were last changed. */
const FOLDERS = {
  "everyday/albums/nature": "2026-11-22T15:10:00",
  "wide-gamut": "2026-11-22T11:00:00",
  phones: "2026-11-21T18:40:00",
  camera: "2026-11-14T09:30:00",
  motion: "2012-08-03T12:00:00",
  pairs: "2025-08-02T12:00:00",
  video: "2024-06-09T17:00:00",
  faces: "2021-03-28T10:00:00",
  orientation: "2019-05-01T08:00:00",
  exif: "2016-12-31T23:00:00",
};

/** Copies those into one new folder, each content once; gives the paths. */
export async function gatherCorpus(into: string): Promise<string[]> {
  await mkdir(into);
  const seen = new Set<string>();
  const names = new Set<string>();
  const paths: string[] = [];
  for (const [name, day] of Object.entries(FOLDERS)) {
    for (const entry of await readdir(corpus(name), { withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith(".xmp")) continue;
      const source = join(entry.parentPath, entry.name);
      const hash = createHash("sha256")
        .update(await readFile(source))
        .digest("hex");
      if (seen.has(hash)) continue;
      seen.add(hash);
      const target = join(into, names.has(entry.name) ? `${seen.size}-${entry.name}` : entry.name);
      names.add(entry.name);
      await copyFile(source, target);
      await utimes(target, new Date(day), new Date(day));
      paths.push(target);
    }
  }
  return paths;
}
