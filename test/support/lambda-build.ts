import { bundleLambda } from "./lambda.ts";

/** Before the suites that run what is deployed: bundles it. Once for all: a bundle that is made anew is not there for a moment. */
export function setup(): void {
  bundleLambda();
}
