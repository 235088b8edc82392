import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Builds the web app, as `npm start` does first. A few seconds. */
export function buildWeb(): void {
  execFileSync("npm", ["run", "build", "--silent"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: ["ignore", "ignore", "pipe"],
  });
}
