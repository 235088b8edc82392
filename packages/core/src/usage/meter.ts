import { sql } from "drizzle-orm";
import { utcMonthOf } from "#date";
import { allow, type Ctx } from "#kernel";
import { DERIVED } from "#storage";
import { usage } from "./usage.sql.ts";

const NAMES = ["writes", "reads", "thumbs", "previews", "originals", "calls", "megabyteMs", "messages"] as const;
type Counts = Record<(typeof NAMES)[number], number>;

/** Counts in memory what a process does that costs something; `flush` adds it to the month's row now and then. */
export type Meter = {
  /** A request to the store, by S3's name of it. */
  onRequest: (request: { operation: string }) => void;
  /** Somebody was given an address from which they can read this. */
  onSign: (key: string) => void;
  /** A database was asked that sleeps when nobody asks. */
  onQuery: () => void;
  /** A function was called and took so long, with so much memory; by a queue, with so many messages. */
  onCall: (call: { ms: number; megabytes: number; messages?: number }) => void;
  /**
   * Whether it is time to write down what was counted: the database is awake because it was asked a moment ago, and it was not written down within
   * the last minute, or so much was counted since that losing it would tell.
   */
  isDue: () => boolean;
  /** Whether a database was ever asked that sleeps when nobody asks. */
  wakes: () => boolean;
  take: () => Counts;
  give: (counts: Counts) => void;
};

const MUCH = 200;
const SOON_MS = 60_000;
/** How long a database that nobody asks stays awake. */
const SLEEPS_AFTER_MS = 300_000;

/** By what every store asks for money. To remove something and to abort are free. */
const READS = new Set(["GetObject", "HeadObject", "HeadBucket"]);
const FREE = new Set(["DeleteObject", "DeleteObjects", "AbortMultipartUpload"]);

/** A meter that has counted nothing yet; `now` is in milliseconds. */
export function createMeter(now: () => number = () => performance.now()): Meter {
  let counts = none();
  let [flushedAt, askedAt] = [-Infinity, -Infinity];
  return {
    onRequest: ({ operation }) => {
      if (!FREE.has(operation)) counts[READS.has(operation) ? "reads" : "writes"]++;
    },
    onSign: (key) => {
      counts[kindOf(key)]++;
    },
    onQuery: () => {
      askedAt = now();
    },
    onCall: ({ ms, megabytes, messages = 0 }) => {
      counts.calls++;
      counts.megabyteMs += Math.ceil(ms * megabytes);
      // Each was sent; all were received together, and removed together.
      if (messages > 0) counts.messages += messages + 2;
    },
    isDue: () => {
      const { writes, reads, thumbs, previews, originals } = counts;
      const isMuch = writes > 0 || reads + thumbs + previews + originals >= MUCH;
      return now() - askedAt < SOON_MS && (isMuch || now() - flushedAt >= SOON_MS);
    },
    wakes: () => askedAt > -Infinity,
    take: () => {
      const taken = counts;
      counts = none();
      flushedAt = now();
      return taken;
    },
    give: (more) => {
      for (const name of NAMES) counts[name] += more[name];
    },
  };
}

/** Adds what was counted to this month's row, in one statement. What cannot be written is counted on. */
export async function flush(ctx: Pick<Ctx, "actor" | "db" | "now" | "log">, meter: Meter): Promise<void> {
  allow(ctx, "ingest.run");
  const counts = meter.take();
  const wakes = meter.wakes();
  if (!wakes && NAMES.every((name) => counts[name] === 0)) return;
  const at = ctx.now();
  const until = new Date(at.getTime() + SLEEPS_AFTER_MS);
  const awake = wakes ? { awakeMs: SLEEPS_AFTER_MS, awakeUntil: until } : {};
  const added = Object.fromEntries(NAMES.map((name) => [name, sql`${usage[name]} + ${counts[name]}::bigint`]));
  const passed = sql`greatest(0, extract(epoch from excluded.awake_until - greatest(${usage.awakeUntil}, ${at.toISOString()}::timestamptz)) * 1000)`;
  const longer = {
    awakeMs: sql`${usage.awakeMs} + coalesce(${passed}, 0)::bigint`,
    awakeUntil: sql`greatest(${usage.awakeUntil}, excluded.awake_until)`,
  };
  await ctx.db
    .insert(usage)
    .values({ month: utcMonthOf(at), ...counts, ...awake })
    .onConflictDoUpdate({ target: usage.month, set: { ...added, ...longer } })
    .catch((error: unknown) => {
      meter.give(counts);
      ctx.log.warn("usage.not_counted", { error });
    });
}

/** The same, where it is time. */
export async function flushDue(ctx: Pick<Ctx, "actor" | "db" | "now" | "log">, meter: Meter): Promise<void> {
  allow(ctx, "ingest.run");
  if (meter.isDue()) await flush(ctx, meter);
}

function kindOf(key: string): "thumbs" | "previews" | "originals" {
  if (!key.startsWith(DERIVED)) return "originals";
  if (key.includes("/thumb-")) return "thumbs";
  return key.includes("/preview-") ? "previews" : "originals";
}

function none(): Counts {
  return { writes: 0, reads: 0, thumbs: 0, previews: 0, originals: 0, calls: 0, megabyteMs: 0, messages: 0 };
}
