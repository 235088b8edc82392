import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";

const ASK_MS = 5_000;

/** The time on the store's clock, as far as its answers to this client have told it: the client notes by how many minutes ours is off. */
export function storeTime({ config }: S3Client): Date {
  return new Date(Date.now() + config.systemClockOffset);
}

/**
 * The store's time, which is what it holds signed URLs against: ours may be minutes off. Every answer tells it; until there was one the
 * store is asked.
 */
export function createStoreClock(client: S3Client, Bucket: string): () => Date {
  let isAsking = false;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    // Whatever it answers has its time.
    await client.send(new HeadBucketCommand({ Bucket }), { abortSignal: AbortSignal.timeout(ASK_MS) }).catch(() => undefined);
    isAsking = false;
  };
  void ask();
  return () => {
    if (client.config.systemClockOffset === 0) void ask();
    return storeTime(client);
  };
}
