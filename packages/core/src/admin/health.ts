import { count } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { job } from "#kernel/table";
import { DEAD } from "./dead.ts";
import { countRefused } from "./refused.ts";

/** What needs the owner: files that could not be read, other jobs that were given up, and files in the inbox that cannot be taken in. */
export type Health = { files: number; others: number; refused: number };

/**
 * Reads the dead jobs and the failed uploads alone, by their indexes, so that it may be asked for often. Throws `forbidden` for anyone but the owner.
 */
export async function health(ctx: Ctx): Promise<Health> {
  allow(ctx, "admin.read");
  const kinds = await ctx.db.select({ kind: job.kind, jobs: count() }).from(job).where(DEAD).groupBy(job.kind);
  const found: Health = { files: 0, others: 0, refused: await countRefused(ctx) };
  for (const { kind, jobs } of kinds) found[kind === "ingest" ? "files" : "others"] += jobs;
  return found;
}
