import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";

const ASK_MS = 5_000;

/**
 * The store's time, which is what it holds signed URLs against: ours may be minutes off. Every answer tells it, and the client notes by how much
 * ours differs; until there was one the store is asked.
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
    const { systemClockOffset } = client.config;
    if (systemClockOffset === 0) void ask();
    return new Date(Date.now() + systemClockOffset);
  };
}
