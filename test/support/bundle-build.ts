import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Before the suites that run what the container image runs, or start a laptop very often: bundles both. Once for all. */
export function setup(): void {
  for (const shape of ["node", "laptop"]) {
    execFileSync("npm", ["run", "bundle", "--silent", "--", shape], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["ignore", "ignore", "pipe"],
    });
  }
}
