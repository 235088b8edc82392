import { DUTIES, type SetUp } from "@tintype/core/storage";
import type { S3Options } from "./store-s3-client.ts";
import { probeStore } from "./store-s3-probe.ts";
import { done } from "./store-s3-setup-outcome.ts";

/** What is done with a store that `sst deploy` has set up: nothing but to find out what it does. See `storeWork`. */
export function probeDeployed(options: S3Options, origin: string) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are those of DUTIES
  const outcomes = Object.fromEntries(Object.keys(DUTIES).map((duty) => [duty, done("Set up by sst deploy.")])) as SetUp;
  return { setUp: () => Promise.resolve(outcomes), probe: () => probeStore(options, { origin }) };
}
