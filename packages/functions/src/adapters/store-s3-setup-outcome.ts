import { AppError } from "@tintype/core/kernel";
import type { Outcome } from "@tintype/core/storage";
import { refusal, storeError } from "./store-s3-error.ts";

/** It is so now, or was before. */
export function done(detail: string): Outcome {
  return { state: "done", detail };
}

/** The store has nothing of the kind. */
export function notOffered(detail: string): Outcome {
  return { state: "not offered", detail };
}

/** The store wants these settings first. */
export function needs(detail: string, lines: readonly string[]): Outcome {
  return { state: "needs", detail, lines: [...lines] };
}

/** Does a duty: what the store refuses is its outcome, so that it stops no other. Throws what is an outage. */
export async function attempt(duty: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await duty();
  } catch (error) {
    const refused = refusal(error);
    if (refused === undefined) throw storeError(error);
    // Without the bucket there is nothing to set up: somebody removes it at this moment.
    if (refused.endsWith("NoSuchBucket")) throw new AppError("storage_unavailable", "The bucket is gone.", { cause: error });
    if (refused.startsWith("403")) return { state: "denied", detail: `Our credential may not set this up: ${refused}.` };
    return notOffered(`The store has none of it: ${refused}.`);
  }
}
