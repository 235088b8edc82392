import { runOnce } from "./built.ts";

/** Before the suites that run what the container image runs, or start a laptop very often: bundles both. Once for all. */
export function setup(): void {
  for (const shape of ["node", "laptop"]) runOnce(shape, ["bundle", "--silent", "--", shape], `packages/functions/dist/${shape}`);
}
