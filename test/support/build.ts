import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Before the suites that start the whole program: builds the web app, as `npm start` does first. Once for all, or a start could meet half a build. */
export function setup(): void {
  execFileSync("npm", ["run", "build", "--silent"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    // A test runner's own NODE_ENV would build React for development.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "pipe"],
  });
}
