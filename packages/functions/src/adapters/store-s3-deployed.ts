import type { Capabilities, SetUp } from "@tintype/core/storage";
import type { S3Options } from "./store-s3-client.ts";
import { probeStore } from "./store-s3-probe.ts";
import { done, notOffered } from "./store-s3-setup-outcome.ts";

/**
 * What is done with a store that `sst deploy` has set up: nothing but to find out what it does. See `storeWork`. It is S3, which AWS alone
 * reaches by the bucket's own name, or R2, which keeps no versions.
 */
export function probeDeployed(options: S3Options, origin: string) {
  const isR2 = options.pathStyle !== false;
  const deployed = done("Set up by sst deploy.");
  const outcomes: SetUp = {
    bucket: deployed,
    cors: deployed,
    events: deployed,
    uploads: deployed,
    versions: isR2 ? notOffered("R2 keeps no versions: what is overwritten or deleted there is gone.") : deployed,
  };
  const probe = async (): Promise<Capabilities> => {
    const found = await probeStore(options, { origin });
    return isR2 ? { ...found, checks: withoutEvents(found.checks) } : found;
  };
  return { setUp: () => Promise.resolve(outcomes), probe };
}

/** R2 notifies a queue of Cloudflare's, of which it tells nothing over S3: that none is found there says nothing. */
export function withoutEvents(checks: Capabilities["checks"]): Capabilities["checks"] {
  if (checks.events.answer === "yes") return checks;
  return { ...checks, events: { answer: "unknown", detail: "R2 does not tell over S3 whom it notifies; sst deploy has set that up." } };
}
