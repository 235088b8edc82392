import { existsSync } from "node:fs";
import { join } from "node:path";
import { CACHE, ROOT } from "./cache.ts";

export { ROOT };

/** What `sst install` makes of sst.config.ts: SST's components and the providers, as sources; undefined where it is not installed. */
export const PLATFORM = existsSync(join(CACHE, "platform/node_modules/@sst-provider/neon")) ? join(CACHE, "platform") : undefined;

if (PLATFORM === undefined) {
  const notice = `SST's platform is not in ${CACHE} (.ci/run installs it)`;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: the resources of the cloud are not evaluated`);
}
