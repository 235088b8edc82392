import { type Clock, createClock } from "./clock.ts";
import { type Cloud, cron, ingestFunction, workFunction } from "./functions.ts";
import { createJobTable } from "./jobs.ts";
import { type Account, createFunction } from "./lambda.ts";
import { ACCOUNT, LIMITS } from "./limit.ts";
import { createNeonModel } from "./neon.ts";
import { createLibrary, type Measured, messageOf, modelled, STATE } from "./photos.ts";
import { createProcess } from "./process.ts";
import { createLetterQueue } from "./queue.ts";
import { createStoreModel } from "./store.ts";

export type Scenario = {
  /** Of S3's requests, those that are refused with SlowDown whatever the rate. */
  refused?: number;
  /** Neon refuses for so long, from when half of the photos have arrived. */
  awayMs?: number;
  /** Of the calls of functions, those that are killed in the midst. */
  kills?: number;
  /** Of the messages, those that come twice. */
  twice?: number;
  poison?: number;
  /** Months that the photos are of, one after the other. */
  months?: number;
  tellsAll?: boolean;
  /** For so long other functions of the account leave no place for these, from the start. */
  fullMs?: number;
  /** For so long, from the start, the queue that wakes who does jobs takes no message. */
  deafMs?: number;
};

export type Run = { photos: number; seed: number; measured: Measured; arrivalsPerSecond?: number };

const HOUR_MS = 3_600_000;
/** There is one processor for so much (AWS Lambda, "Configure Lambda function memory"). */
const MB_A_CORE = 1769;
const TICK_MS = 1000;
/** What has come to no end by then has none: so long SQS keeps a message. */
const MOST_HOURS = 14 * 24;
/** A function that is not called by a queue and fails is called again twice (AWS Lambda, "Understanding retry behavior"). */
const CALLED_AGAIN_MS = [60_000, 120_000];

/**
 * A million photos arrive, and everything happens that happens in the cloud, in a world where only the clock and the infrastructure are models.
 * Ends when no message, no job and no function is left.
 */
export async function simulate(scenario: Scenario, { photos, seed, measured, arrivalsPerSecond = 200 }: Run) {
  const clock = createClock(seed);
  const cloud = createCloud(clock, scenario, { photos, seed, measured, arrivalsPerSecond });
  const { queues, library, store, neon, jobs } = cloud;
  const { kills = 0, twice = 0, fullMs = 0 } = scenario;
  const account: Account = { most: ACCOUNT, running: 0, others: (atMs) => (atMs < fullMs ? ACCOUNT : 0) };
  const ingest = createFunction(clock, queues.ingest, {
    ...LIMITS.ingest,
    account,
    coldMs: 1500,
    kills: { share: kills, withinMs: 3000 },
    open: ingestFunction(cloud, (process, enqueue) =>
      modelled({ clock, store, neon, library, cores: LIMITS.ingest.memoryMb / MB_A_CORE }, process, enqueue),
    ),
  });
  const work = createFunction(clock, queues.wake, {
    ...LIMITS.work,
    account,
    coldMs: 1500,
    kills: { share: kills, withinMs: 60_000 },
    open: workFunction(cloud),
  });
  const start = clock.now();
  let arrived = 0;
  let lastReadyAt = start;
  let quietAt: number | undefined;
  const arrive = (): void => {
    for (let left = Math.ceil((arrivalsPerSecond * TICK_MS) / 1000); left > 0 && arrived < photos; left--) {
      const index = arrived++;
      const times = clock.random() < twice ? 2 : 1;
      for (let n = 0; n < times; n++) queues.ingest.send(() => messageOf(index));
    }
    if (arrived < photos) clock.after(TICK_MS, arrive);
  };
  arrive();
  const ask = (pauses: readonly number[] = CALLED_AGAIN_MS): void => {
    const [pause, ...rest] = pauses;
    const process = createProcess(() => undefined);
    cron(cloud, process).catch(() => pause !== undefined && clock.after(pause, () => ask(rest)));
  };
  const hourly = (): void => {
    if (clock.now() - start > MOST_HOURS * HOUR_MS) throw new Error(`Nobody does the ${jobs.size()} jobs that are left.`);
    ask();
    clock.after(HOUR_MS, hourly);
  };
  clock.after(HOUR_MS, hourly);
  const isOver = (): boolean => {
    if (arrived < photos || queues.ingest.counts.left > 0) return false;
    if (lastReadyAt === start) lastReadyAt = clock.now();
    // What is held back or hidden still finds nothing to do when it comes.
    if (jobs.size() === 0) quietAt ??= clock.now();
    return queues.wake.counts.left === 0 && jobs.size() === 0;
  };
  const began = process.hrtime.bigint();
  await clock.run(isOver);
  const poisoned = Array.from({ length: photos }, (_, i) => i).filter((i) => library.poisonOf(i) !== undefined);
  const of = (state: number): number => library.state.reduce((sum, each) => sum + (each === state ? 1 : 0), 0);
  return {
    photos,
    ready: of(STATE.ready),
    unreadable: of(STATE.unreadable),
    lost: of(STATE.none) + of(STATE.stored),
    poisoned: poisoned.length,
    poisonUnreadable: poisoned.filter((i) => library.state[i] === STATE.unreadable).length,
    harmed: of(STATE.unreadable) - poisoned.filter((i) => library.state[i] === STATE.unreadable).length,
    rows: library.counts.rows,
    decoded: library.counts.decoded,
    hours: (lastReadyAt - start) / HOUR_MS,
    afterwardsHours: ((quietAt ?? clock.now()) - lastReadyAt) / HOUR_MS,
    ingest: ingest.counts,
    work: work.counts,
    queue: queues.ingest.counts,
    wakes: queues.wake.counts,
    store: store.counts,
    neon: neon.counts,
    seconds: Number(process.hrtime.bigint() - began) / 1e9,
  };
}

function createCloud(clock: Clock, scenario: Scenario, { photos, measured, arrivalsPerSecond = 200 }: Run): Cloud {
  const { refused = 0, awayMs = 0, poison = 0, months = 120, tellsAll = false, deafMs = 0 } = scenario;
  const halfway = (photos / arrivalsPerSecond / 2) * 1000;
  return {
    clock,
    library: createLibrary(photos, { months, poison, measured }),
    store: createStoreModel(clock, { limits: { put: 3500, get: 5500 }, refused, ms: { put: 40, get: 30 }, bytesPerMs: 60_000 }),
    neon: createNeonModel(clock, {
      pool: 94,
      ms: { trip: 2, connect: 15 },
      cpu: { ms: measured.statementMs, cores: 2 },
      sleepAfterMs: 300_000,
      wakeMs: 500,
      ...(awayMs > 0 && { away: { from: halfway, to: halfway + awayMs } }),
    }),
    jobs: createJobTable(clock),
    queues: {
      ingest: createLetterQueue(clock, LIMITS.ingest),
      wake: createLetterQueue(clock, LIMITS.work),
    },
    tellsAll,
    deafUntil: clock.now() + deafMs,
    object: { wake: new TextEncoder().encode(JSON.stringify({ dueAt: null })), work: false },
  };
}
