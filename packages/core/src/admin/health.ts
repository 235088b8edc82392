import { count } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { job } from "#kernel/table";
import { DEAD } from "./dead.ts";

/** What needs the owner: files that could not be read, and other jobs that were given up. */
export type Health = { files: number; others: number };

/** Reads the dead jobs alone, by their index, so that it may be asked for often. Throws `forbidden` for anyone but the owner. */
export async function health(ctx: Ctx): Promise<Health> {
  allow(ctx, "admin.read");
  const kinds = await ctx.db.select({ kind: job.kind, jobs: count() }).from(job).where(DEAD).groupBy(job.kind);
  const found: Health = { files: 0, others: 0 };
  for (const { kind, jobs } of kinds) found[kind === "ingest" ? "files" : "others"] += jobs;
  return found;
}
