import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { AppError, rememberFor } from "@tintype/core/kernel";
import { refusal, storeError } from "./store-s3-error.ts";

const ASK_MS = 10_000;
/** A sweep that finds thousands missing asks once in this time. */
const REMEMBER_MS = 1_000;

/**
 * Has a HEAD that finds nothing throw `storage_unavailable` where it is the whole bucket that is missing: an answer to HEAD has no body to tell
 * that from a missing object, and one means that a photo is gone, the other that a disk is not mounted.
 */
export function tellMissingBucket(client: S3Client, Bucket: string): void {
  const ask = rememberFor(REMEMBER_MS, async () => {
    const asked = client.send(new HeadBucketCommand({ Bucket }), { abortSignal: AbortSignal.timeout(ASK_MS) });
    await asked.catch((error: unknown) => {
      const refused = refusal(error);
      if (refused === undefined) throw storeError(error);
      if (isMissing(refused)) throw new AppError("storage_unavailable", `There is no bucket ${Bucket} in the store.`, { cause: error });
      // Whoever may not ask for the bucket has one.
    });
  });
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (commandName === "HeadObjectCommand" && isMissing(refusal(error))) await ask();
          throw error;
        }
      },
    { step: "initialize", name: "tellMissingBucket" },
  );
}

function isMissing(refused: string | undefined): boolean {
  return refused?.startsWith("404") === true;
}
