import { and, eq } from "drizzle-orm";
import { allow, newId, type Ctx, type Role } from "#kernel";
import { grant } from "./grant.sql.ts";

/** What is shared, with its owner, who alone may say with whom. */
export type Target = { kind: "album"; id: string; ownerId: string };

/** Lets somebody be `role` to the target from now on, whatever they were before. */
export async function give(ctx: Ctx, target: Target, userId: string, role: Role): Promise<void> {
  allow(ctx, "album.own", { ownerId: target.ownerId, albumId: target.id });
  const subject = { subjectKind: "user", subjectId: userId } as const;
  const createdBy = ctx.actor.kind === "user" ? ctx.actor.userId : null;
  await ctx.db
    .insert(grant)
    .values({ id: newId(ctx.now().getTime()), ...subject, targetKind: target.kind, targetId: target.id, role, createdBy })
    .onConflictDoUpdate({ target: [grant.targetKind, grant.targetId, grant.subjectKind, grant.subjectId], set: { role } });
}

/** Ends the part that somebody had in the target. Each may end their own. */
export async function take(ctx: Ctx, target: Target, userId: string): Promise<void> {
  allow(ctx, "album.own", { ownerId: isOneself(ctx, userId) ? userId : target.ownerId, albumId: target.id });
  await ctx.db.delete(grant).where(and(isTarget(target), eq(grant.subjectKind, "user"), eq(grant.subjectId, userId)));
}

/** Ends everybody's part in a target that is about to go, those of its links too. */
export async function takeAll(ctx: Ctx, target: Target): Promise<void> {
  allow(ctx, "album.own", { ownerId: target.ownerId, albumId: target.id });
  await ctx.db.delete(grant).where(isTarget(target));
}

function isTarget({ kind, id }: Target) {
  return and(eq(grant.targetKind, kind), eq(grant.targetId, id));
}

function isOneself({ actor }: Ctx, userId: string): boolean {
  return actor.kind === "user" && actor.userId === userId;
}
