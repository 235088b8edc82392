import { and, asc, eq, sql, type SQL } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { isAnyOf } from "#columns";
import type { Ctx, Role } from "#kernel";
import { grant } from "./grant.sql.ts";

/** Somebody with whom a thing is shared. */
export type Member = { id: string; name: string; handle: string; role: Role };

/**
 * The condition for joining `grant` to a thing that a query fetches: there is a row where the actor was given a part in it, and its role is what to
 * ask the policy with. So whoever fetches a thing knows that without another query.
 */
export function heldBy({ actor }: Pick<Ctx, "actor">, kind: "album", id: AnyPgColumn): SQL | undefined {
  const subject = actor.kind === "user" ? actor.userId : null;
  return and(eq(grant.targetKind, kind), eq(grant.targetId, id), eq(grant.subjectKind, "user"), sql`${grant.subjectId} = ${subject}::uuid`);
}

/** The people with whom each of these is shared, first come first. That the actor may know it is for the asker to see. */
export async function members(ctx: Pick<Ctx, "db">, kind: "album", ids: readonly string[]): Promise<Map<string, Member[]>> {
  const all = new Map<string, Member[]>(ids.map((id) => [id, []]));
  if (ids.length === 0) return all;
  const rows = await ctx.db
    .select({ targetId: grant.targetId, id: user.id, name: user.name, handle: user.handle, role: grant.role })
    .from(grant)
    .innerJoin(user, eq(user.id, grant.subjectId))
    .where(and(eq(grant.targetKind, kind), isAnyOf(grant.targetId, ids), eq(grant.subjectKind, "user")))
    .orderBy(asc(grant.id));
  for (const { targetId, ...member } of rows) all.get(targetId)?.push(member);
  return all;
}
