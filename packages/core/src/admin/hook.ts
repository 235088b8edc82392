import { allow, type Ctx } from "#kernel";
import { setting } from "#kernel/table";

/** Remembers that a message of the store came just now: one of ours, or one with another token. */
export async function noteMessage(ctx: Ctx, what: "seen" | "refused"): Promise<void> {
  allow(ctx, "ingest.run");
  const row = { name: `hook.${what}`, value: ctx.now().toISOString(), updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}
