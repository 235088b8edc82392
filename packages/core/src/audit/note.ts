import { eq } from "drizzle-orm";
import { apikey, user } from "#account/table";
import { allow, newId, type Actor, type Ctx } from "#kernel";
import { audit, type Action } from "./audit.sql.ts";

/** `ownerId`: whose things it was done with, and who reads of it. `details`: names and numbers as they were then, never a secret. */
type Note = { ownerId: string; action: Action; details?: Record<string, string | number | boolean | null> };

/**
 * Notes what the actor does, under the name that they have now. Call it in the transaction of the thing itself, so that both happen or neither;
 * for many things at once note their number.
 */
export async function note(ctx: Ctx, { ownerId, action, details = {} }: Note): Promise<void> {
  allow(ctx, "audit.note");
  const now = ctx.now();
  const by = await named(ctx, ctx.actor);
  await ctx.db.insert(audit).values({ id: newId(now.getTime()), ownerId, at: now, action, ...by, address: ctx.address ?? null, details });
}

type By = Pick<typeof audit.$inferInsert, "actorKind" | "actorId" | "actorName">;

async function named(ctx: Ctx, actor: Actor): Promise<By> {
  if (actor.kind === "system") return { actorKind: "system", actorId: null, actorName: "Tintype" };
  if (actor.kind === "anonymous") return { actorKind: "anonymous", actorId: null, actorName: "Somebody who is not signed in" };
  if (actor.kind === "link") return { actorKind: "link", actorId: actor.linkId, actorName: "Somebody with the link" };
  const [person] = await ctx.db.select({ name: user.name }).from(user).where(eq(user.id, actor.userId));
  const name = person?.name ?? "Somebody";
  if (!actor.key) return { actorKind: "user", actorId: actor.userId, actorName: name };
  const [key] = await ctx.db.select({ name: apikey.name }).from(apikey).where(eq(apikey.id, actor.key.id));
  return { actorKind: "key", actorId: actor.key.id, actorName: `${name} (key “${key?.name ?? ""}”)` };
}
