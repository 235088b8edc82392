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

/** Adds steps to the entry; `sha256` when this is a copy of an asset's original. */
export async function writeLedger(ctx: Ctx, key: string, etag: string, done: Done, sha256?: Uint8Array): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .insert(ingest)
    .values({ key, etag, steps: { ...done }, sha256 })
    .onConflictDoUpdate({
      target: [ingest.key, ingest.etag],
      set: {
        steps: sql`${ingest.steps} || excluded.steps`,
        sha256: sql`coalesce(excluded.sha256, ${ingest.sha256})`,
        updatedAt: ctx.now(),
      },
    });
}

/** Forgets everything about a key, so that it is looked at afresh when it comes back. */
export async function forget(ctx: Ctx, key: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db.delete(ingest).where(eq(ingest.key, key));
}

/** The keys in this person's folder at which copies of these bytes were found. */
export async function copiesOf(ctx: Pick<Ctx, "db">, handle: string, sha256: Uint8Array): Promise<string[]> {
  const copies = and(eq(ingest.sha256, sha256), sql`starts_with(${ingest.key}, ${`library/${handle}/`})`);
  const rows = await ctx.db.selectDistinct({ key: ingest.key }).from(ingest).where(copies);
  return rows.map(({ key }) => key);
}
