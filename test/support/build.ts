import { runOnce } from "./built.ts";

/**
 * Before the suites that start the whole program: builds the web app, as `npm start` does first. Once for all, or a start could meet half a build.
 */
export function setup(): void {
  runOnce("web", ["build", "--silent"], "packages/web/dist");
}
