import { and, count, eq, gte, isNotNull, isNull, lt, sql, sum } from "drizzle-orm";
import { asset } from "#asset/table";
import { utcMonthOf } from "#date";
import { allow, type Ctx } from "#kernel";
import { type Flows, type Means, type Month, shareOf, USUAL } from "#price";
import { ESTIMATE } from "#share";
import { shareLink } from "#share/table";
import { stripped } from "#stripped/table";
import { usage } from "./usage.sql.ts";

/** What the index and our own counts tell of this month; `month` is what sums are made of. */
export type Known = {
  month: Month;
  originals: { files: number; bytes: number };
  /** Thumbnails and previews; in part an estimate where their sizes were not noted when they were made. */
  previews: { photos: number; bytes: number; isEstimate: boolean };
  /** What was made for links that hide metadata. */
  copies: number;
  /** Of the whole database. */
  database: number;
  /**
   * Bytes of all that addresses for reading were given out for, originals at their mean, and what of that links were counted with, which know the
   * size of each file: the whole is never told as less than they alone.
   */
  sentOut: number;
  throughLinks: number;
  /** Means of this library's photos; undefined where there are too few. */
  means: Means | undefined;
  /** Whether functions did anything this month, which are there only while they work. */
  onFunctions: boolean;
};

/** Of fewer photos no mean is taken. */
const FEW = 100;
const HOUR_MS = 3_600_000;

/**
 * What happens whether anything is done or not, in an hour: the hourly look, which begins cold each time (512 MB, three seconds at most), and how
 * functions ask two idle queues for messages: five pollers each, every 20 seconds, and no fewer, as there is a limit to what they call (AWS's
 * page on scaling with SQS).
 */
const IDLE = { writes: 2, reads: 2, calls: 1, gigabyteSeconds: 0.5 * 3, messages: 2 * 5 * 3 * 60 };

/** The size of the database's smallest compute, in its units: which one it has while it is asked much, nobody tells us. */
const SMALLEST_CU = 0.25;

/**
 * What is known of the month that is under way. Read from indexes, but for what came this month, and for what has gone to another class. Throws
 * `forbidden` for anyone but the owner and ourselves.
 */
export async function known(ctx: Pick<Ctx, "actor" | "db" | "now" | "store">): Promise<Known> {
  allow(ctx, "admin.read");
  const at = ctx.now();
  const begin = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
  const { kinds, others, made, copies, fresh, cold, counted, links, database } = await ask(ctx, at, begin);
  const originals = ownOf(kinds, others);
  const photos = ownOf(
    kinds.filter(({ kind }) => kind === "photo"),
    others.filter(({ kind }) => kind === "photo"),
  );
  const previews = previewsOf(made);
  const onFunctions = (counted?.calls ?? 0) > 0 || (counted?.awakeMs ?? 0) > 0;
  const addressed =
    (counted?.thumbs ?? 0) * ESTIMATE.thumb +
    (counted?.previews ?? 0) * ESTIMATE.preview +
    (counted?.originals ?? 0) * (originals.files === 0 ? USUAL.original : originals.bytes / originals.files);
  const sentOut = Math.max(addressed, links);
  const hours = onFunctions ? (at.getTime() - begin.getTime()) / HOUR_MS : 0;
  return {
    month: {
      share: shareOf(at),
      stored: {
        standard: originals.bytes - cold + previews.bytes + copies,
        cold,
        arrived: fresh.bytes,
        database: onFunctions ? database : 0,
      },
      flows: flowsOf(counted, { hours, sentOut, puts: fresh.puts }),
    },
    originals,
    previews,
    copies,
    database,
    sentOut,
    throughLinks: links,
    means: photos.files < FEW ? undefined : meansOf(photos, previews),
    onFunctions,
  };
}

type Counted = typeof usage.$inferSelect;
type Rows = readonly { kind: string; files: number; bytes: number }[];

async function ask({ db, store }: Pick<Ctx, "db" | "store">, at: Date, begin: Date) {
  const isOwn = isNull(asset.sourceKey);
  const older = store.coldAfterDays === undefined ? undefined : new Date(at.getTime() - store.coldAfterDays * 24 * HOUR_MS);
  const byKind = () =>
    db
      .select({ kind: asset.kind, files: count(), bytes: total(asset.size) })
      .from(asset)
      .$dynamic();
  const [kinds, others, [made], [copies], [fresh], cold, [counted], [links], size] = await Promise.all([
    byKind().groupBy(asset.kind),
    byKind().where(isNotNull(asset.sourceKey)).groupBy(asset.kind),
    db
      .select({ photos: count(), known: count(asset.derivedBytes), bytes: total(asset.derivedBytes) })
      .from(asset)
      .where(and(isNotNull(asset.derivedVersion), isNull(asset.sourceId))),
    db.select({ bytes: total(stripped.size) }).from(stripped),
    db
      .select({ bytes: total(asset.size), puts: sql`coalesce(sum(${PUTS}), 0)`.mapWith(Number) })
      .from(asset)
      .where(and(gte(asset.id, firstId(begin)), isOwn)),
    older &&
      db
        .select({ bytes: total(asset.size) })
        .from(asset)
        .where(and(lt(asset.id, firstId(older)), isOwn)),
    db
      .select()
      .from(usage)
      .where(eq(usage.month, utcMonthOf(at))),
    db
      .select({ bytes: total(shareLink.egressBytes) })
      .from(shareLink)
      .where(eq(shareLink.egressMonth, utcMonthOf(at))),
    db.execute<{ bytes: string | number }>(sql`select pg_database_size(current_database()) as bytes`),
  ]);
  return {
    kinds,
    others,
    made: made ?? { photos: 0, known: 0, bytes: 0 },
    copies: copies?.bytes ?? 0,
    fresh: fresh ?? { bytes: 0, puts: 0 },
    cold: cold?.[0]?.bytes ?? 0,
    counted,
    links: links?.bytes ?? 0,
    database: Number(size.rows[0]?.bytes ?? 0),
  };
}

/** What is there by reference is there once. */
function ownOf(kinds: Rows, others: Rows): Known["originals"] {
  const sumOf = (name: "files" | "bytes", rows: Rows): number => rows.reduce((all, row) => all + row[name], 0);
  return { files: sumOf("files", kinds) - sumOf("files", others), bytes: sumOf("bytes", kinds) - sumOf("bytes", others) };
}

/** Counted, and what happens in so many hours whether anything is done or not; `puts` are those of whoever sent files. */
function flowsOf(counted: Counted | undefined, { hours, sentOut, puts }: { hours: number; sentOut: number; puts: number }): Flows {
  const {
    writes = 0,
    reads = 0,
    thumbs = 0,
    previews = 0,
    originals = 0,
    calls = 0,
    megabyteMs = 0,
    messages = 0,
    awakeMs = 0,
  } = counted ?? {};
  return {
    writes: writes + puts + hours * IDLE.writes,
    reads: reads + thumbs + previews + originals + hours * IDLE.reads,
    egress: sentOut,
    calls: calls + hours * IDLE.calls,
    gigabyteSeconds: megabyteMs / 1024 / 1000 + hours * IDLE.gigabyteSeconds,
    messages: messages + hours * IDLE.messages,
    cuHours: (awakeMs / HOUR_MS) * SMALLEST_CU,
  };
}

function meansOf(photos: Known["originals"], previews: Known["previews"]): Means {
  return {
    original: photos.bytes / photos.files,
    derived: previews.photos === 0 ? USUAL.derived : previews.bytes / previews.photos,
    database: USUAL.database,
  };
}

/** Requests with which whoever sent a file put it there, as `partPlan` cuts it. */
const PUTS = sql`case when ${asset.size} < 67108864 then 1 else ceil(${asset.size} / 16777216.0) end`;

function previewsOf(row: { photos: number; known: number; bytes: number }): Known["previews"] {
  const each = row.known === 0 ? USUAL.derived : row.bytes / row.known;
  const unknown = row.photos - row.known;
  return { photos: row.photos, bytes: Math.round(row.bytes + unknown * each), isEstimate: unknown > 0 };
}

type Bytes = typeof asset.size | typeof asset.derivedBytes | typeof stripped.size | typeof shareLink.egressBytes;

/** The sum of a column; nothing where there are no rows. */
function total(column: Bytes) {
  return sql`coalesce(${sum(column)}, 0)`.mapWith(Number);
}

/** Ids that were made at this moment or later are not smaller. */
function firstId(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
