import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Says in a name which SST and which providers are pinned: another one of either is another folder, and is installed anew. */
export function nameOf(packageJson: string, config: string): string {
  const sst = /"sst": "(?<version>[^"]+)"/u.exec(packageJson)?.groups?.["version"];
  const providers = /providers: (?<known>\{.*\}),\n/u.exec(config)?.groups?.["known"];
  if (sst === undefined || providers === undefined) {
    throw new Error("The versions of SST and its providers are not where they are looked for.");
  }
  return `sst-${sst}-${createHash("sha256").update(providers).digest("hex").slice(0, 12)}`;
}

const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** Where .ci/run, which asks here, puts SST's platform. */
export const CACHE = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "tintype",
  nameOf(read("package.json"), read("sst.config.ts")),
);
