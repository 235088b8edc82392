import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tintype", "sst-4.17.1");

/** What `sst install` makes of sst.config.ts: SST's components and the providers, as sources; undefined where it is not installed. */
export const PLATFORM = existsSync(join(CACHE, "platform/node_modules/@sst-provider/neon")) ? join(CACHE, "platform") : undefined;

if (PLATFORM === undefined) {
  const notice = `SST's platform is not in ${CACHE} (.ci/run installs it)`;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: the resources of the cloud are not evaluated`);
}
