import { and, eq, sql } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import type { Done } from "#media";
import { ingest } from "./ingest.sql.ts";

/** The ledger's entry for one content of a key: which steps are done, in which version. Empty when it was never seen. */
export async function readLedger(ctx: Pick<Ctx, "db">, key: string, etag: string): Promise<Done> {
  const entry = and(eq(ingest.key, key), eq(ingest.etag, etag));
  const [row] = await ctx.db.select({ steps: ingest.steps }).from(ingest).where(entry);
  return row?.steps ?? {};
}

/** Adds steps to the entry. */
export async function writeLedger(ctx: Ctx, key: string, etag: string, done: Done): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .insert(ingest)
    .values({ key, etag, steps: { ...done } })
    .onConflictDoUpdate({
      target: [ingest.key, ingest.etag],
      set: { steps: sql`${ingest.steps} || excluded.steps`, updatedAt: ctx.now() },
    });
}

/** Forgets everything about a key, so that it is looked at afresh when it comes back. */
export async function forget(ctx: Ctx, key: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db.delete(ingest).where(eq(ingest.key, key));
}
