import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Builds the web app, as `npm start` does first. A few seconds. */
export function buildWeb(): void {
  execFileSync("npm", ["run", "build", "--silent"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    // A test runner's own NODE_ENV would build React for development.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "pipe"],
  });
}
