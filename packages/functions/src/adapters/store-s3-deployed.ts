import type { SetUp } from "@tintype/core/storage";
import type { S3Options } from "./store-s3-client.ts";
import { probeStore } from "./store-s3-probe.ts";
import { done, notOffered } from "./store-s3-setup-outcome.ts";

/**
 * What is done with a store that `sst deploy` has set up: nothing but to find out what it does. See `storeWork`. It is S3, which AWS alone
 * reaches by the bucket's own name, or R2, which keeps no versions.
 */
export function probeDeployed(options: S3Options, origin: string) {
  const deployed = done("Set up by sst deploy.");
  const outcomes: SetUp = {
    bucket: deployed,
    cors: deployed,
    events: deployed,
    uploads: deployed,
    versions: options.pathStyle === false ? deployed : notOffered("R2 keeps no versions: what is overwritten or deleted there is gone."),
  };
  return { setUp: () => Promise.resolve(outcomes), probe: () => probeStore(options, { origin }) };
}
