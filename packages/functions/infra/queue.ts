/** What arrives in the bucket, jobs that are due, and where each leaves what it could not do. */
export type Queues = Record<"ingest" | "ingestDead" | "wake" | "wakeDead", sst.aws.Queue> & {
  /** In which the Worker leaves a word each hour. Nobody reads it: what is watched is that it came. */
  looks?: sst.aws.Queue;
};

/** The longest that one call takes, in seconds: in five minutes a video of 20 GB is read once. */
export const SECONDS = { api: 30, ingest: 300, work: 900 };

/** A message that has come six times waits aside for two weeks to be looked at. */
export function createQueues(edge: string): Queues {
  const dead = (name: string) =>
    new sst.aws.Queue(name, { transform: { queue: (args) => void (args.messageRetentionSeconds = 14 * 86_400) } });
  const queue = (name: string, to: sst.aws.Queue, seconds: number) =>
    new sst.aws.Queue(name, {
      dlq: { queue: to.arn, retry: 6 },
      // So that nothing is given to a second function while the first may still be at it.
      visibilityTimeout: `${6 * seconds} seconds`,
    });
  const [ingestDead, wakeDead] = [dead("IngestDead"), dead("WakeDead")];
  return {
    ingestDead,
    wakeDead,
    ingest: queue("Ingest", ingestDead, SECONDS.ingest),
    wake: queue("Wake", wakeDead, SECONDS.work),
    ...(edge === "cloudflare" && {
      looks: new sst.aws.Queue("Looks", { transform: { queue: (args) => void (args.messageRetentionSeconds = 60) } }),
    }),
  };
}
