/** What arrives in the bucket, jobs that are due, and where each leaves what it could not do. */
export type Queues = Record<"ingest" | "ingestDead" | "wake" | "wakeDead", sst.aws.Queue> & {
  /** In which the Worker leaves a word each hour. Nobody reads it: what is watched is that it came. */
  looks?: sst.aws.Queue;
};

/** The longest that one call takes, in seconds: in five minutes a video of 20 GB is read once. */
export const SECONDS = { api: 30, ingest: 300, work: 900 };

/** The longest that SQS keeps a message: by itself it drops one after four days, told or not. */
const LONGEST = { transform: { queue: (args) => void (args.messageRetentionSeconds = 14 * 86_400) } } satisfies sst.aws.QueueArgs;

/** A message is there for two weeks from when it was sent, and one that has come six times waits aside to be looked at. */
export function createQueues(edge: string): Queues {
  const dead = (name: string) => new sst.aws.Queue(name, LONGEST);
  const queue = (name: string, to: sst.aws.Queue, seconds: number) =>
    new sst.aws.Queue(name, {
      ...LONGEST,
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
