import { and, count, inArray, isNotNull, isNull, sql, sum } from "drizzle-orm";
import { asset } from "#asset/table";
import { sweepProgress } from "#ingest";
import { allow, type Ctx } from "#kernel";
import { job } from "#kernel/table";
import { type Capabilities, readCapabilities, STORAGE_JOB, SWEEP_JOB } from "#storage";

/** Work that was asked for and is not done yet; `reason` is why it is put off, if it is. */
export type Asked = { isUnderWay: boolean; reason: string | null };

/** What there is to know of the storage. Instants are ISO. */
export type StorageFacts = {
  /** What the index says is in the bucket, of all people. */
  assets: number;
  bytes: number;
  /** Undefined until the first check has ended, and where the store is our own. */
  capabilities: Capabilities | undefined;
  check: Asked;
  /**
   * The look through the whole listing: when the last one ended, how many assets the present one has seen, and about how many LIST requests one
   * takes.
   */
  sweep: Asked & { endedAt: string | null; seen: number; requests: number };
};

/** What a LIST request answers with. */
const PAGE = 1000;

/** Counts all assets that have bytes of their own, from indexes alone. Throws `forbidden` for anyone but the owner. */
export async function storage(ctx: Ctx): Promise<StorageFacts> {
  allow(ctx, "admin.read");
  const [[totals], [others], capabilities, progress, jobs] = await Promise.all([
    ctx.db.select({ assets: count(), bytes: sum(asset.size).mapWith(Number) }).from(asset),
    ctx.db
      .select({ assets: count(), bytes: sum(asset.size).mapWith(Number) })
      .from(asset)
      .where(isNotNull(asset.sourceKey)),
    readCapabilities(ctx),
    sweepProgress(ctx),
    ctx.db
      .select({ kind: job.kind, reason: job.error })
      .from(job)
      .where(and(inArray(job.kind, [STORAGE_JOB.kind, SWEEP_JOB.kind]), sql`not ${job.dead}`)),
  ]);
  const asked = (kind: string): Asked => {
    const found = jobs.find((each) => each.kind === kind);
    return { isUnderWay: found !== undefined, reason: found?.reason ?? null };
  };
  // What is there by reference is there once.
  const assets = (totals?.assets ?? 0) - (others?.assets ?? 0);
  const bytes = (totals?.bytes ?? 0) - (others?.bytes ?? 0);
  const sweep = asked(SWEEP_JOB.kind);
  return {
    assets,
    bytes,
    capabilities,
    check: asked(STORAGE_JOB.kind),
    sweep: {
      isUnderWay: sweep.isUnderWay || progress.isUnderWay,
      reason: sweep.reason,
      endedAt: progress.endedAt ?? null,
      seen: progress.isUnderWay ? progress.seen : 0,
      requests: Math.max(1, Math.ceil(assets / PAGE)),
    },
  };
}

/** How many files the index knows, of all people: what the store must have. Only for our own work with the store. */
export async function knownFiles(ctx: Ctx): Promise<number> {
  allow(ctx, "ingest.run");
  const [known] = await ctx.db.select({ files: count() }).from(asset).where(isNull(asset.sourceKey));
  return known?.files ?? 0;
}

/** Has the store set up and checked, soon. Throws `forbidden` for anyone but the owner. */
export async function checkStorage(ctx: Ctx): Promise<void> {
  allow(ctx, "admin.write");
  await ctx.queue.enqueue([STORAGE_JOB]);
}

/** Has the whole listing looked through anew, from its beginning. Throws `forbidden` for anyone but the owner. */
export async function sweepStorage(ctx: Ctx): Promise<void> {
  allow(ctx, "admin.write");
  await ctx.queue.enqueue([SWEEP_JOB]);
}
