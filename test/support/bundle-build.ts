import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Before the suites that run what the container image runs: bundles the server and the command line. Once for all. */
export function setup(): void {
  execFileSync("npm", ["run", "bundle", "--silent"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "ignore", "pipe"],
  });
}
