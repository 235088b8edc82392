import { sql } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import { alter, idsIn } from "./alter.ts";

/** Takes those of the owner's photos that lie in the bin out of it, since their bytes were brought again. Call it with the ctx of a transaction. */
export async function recover(ctx: Ctx, ownerId: string, ids: readonly string[]): Promise<void> {
  allow(ctx, "asset.write", { ownerId });
  if (ids.length === 0) return;
  // What is locked is recovered as well: whoever brings it has it.
  const system: Ctx = { ...ctx, actor: { kind: "system" } };
  const selected = sql`select id, null::timestamptz as value from ${idsIn(ids)}`;
  await alter(system, { ownerId, field: "trashed", selected, where: sql`seen.before is not null` });
}
