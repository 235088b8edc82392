import { and, eq, gt, isNull, or } from "drizzle-orm";
import { apikey, user } from "#account/table";
import { allow, type Ctx, type UserActor } from "#kernel";
import { scopesOf } from "./key.ts";

/** When a key was last used is told to the minute. */
const USED_MS = 60_000;

/** Who acts by the key with this hash; undefined when there is none, it has run out, or its person is disabled. */
export async function bearerOf(ctx: Pick<Ctx, "actor" | "db" | "now">, hash: string): Promise<UserActor | undefined> {
  allow(ctx, "actor.find");
  const now = ctx.now();
  const [found] = await ctx.db
    .select({ id: apikey.id, permissions: apikey.permissions, usedAt: apikey.lastRequest, userId: user.id, role: user.role })
    .from(apikey)
    .innerJoin(user, eq(user.id, apikey.referenceId))
    .where(
      and(eq(apikey.key, hash), eq(apikey.enabled, true), isNull(user.disabledAt), or(isNull(apikey.expiresAt), gt(apikey.expiresAt, now))),
    );
  if (!found) return undefined;
  if (found.usedAt === null || found.usedAt.getTime() < now.getTime() - USED_MS) {
    await ctx.db.update(apikey).set({ lastRequest: now }).where(eq(apikey.id, found.id));
  }
  return { kind: "user", userId: found.userId, role: found.role, key: { id: found.id, scopes: new Set(scopesOf(found.permissions)) } };
}
