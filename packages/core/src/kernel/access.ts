import type { Ctx } from "./ctx.ts";
import { AppError } from "./error.ts";

export type Permission =
  | "asset.read"
  | "asset.write"
  | "upload.create"
  | "upload.write"
  | "timeline.read"
  | "account.read"
  | "account.setup"
  | "admin.read"
  | "admin.write"
  | "ingest.run";

/** What is asked for without a target, since it is about nobody's things in particular. */
type Untargeted = "account.setup" | "admin.read" | "admin.write" | "ingest.run";

/** What a permission is asked for: something of one owner's. */
export type Target = { ownerId: string };

/**
 * The one policy of the product. Returns when `ctx.actor` holds `permission` on `target`.
 * Throws `unauthenticated` without a session, `not_found` (never `forbidden`) for someone else's things, so that ids cannot be probed, and
 * `forbidden` for what only the service or the owner of the installation does.
 */
export function allow(ctx: Pick<Ctx, "actor">, permission: Untargeted, target?: Target): void;
export function allow(ctx: Pick<Ctx, "actor">, permission: Permission, target: Target): void;
export function allow(ctx: Pick<Ctx, "actor">, permission: Permission, target?: Target): void {
  const { actor } = ctx;
  // Nobody can sign in before the first account exists; setUp itself asks for the one-time token.
  if (actor.kind === "system" || permission === "account.setup") return;
  if (actor.kind === "anonymous") throw new AppError("unauthenticated", "Sign in to do this.");
  if (permission === "ingest.run") throw new AppError("forbidden", "Only the service itself runs ingest.");
  if (permission === "admin.read" || permission === "admin.write") {
    if (actor.role === "owner") return;
    throw new AppError("forbidden", "Only the owner of this Tintype may do this.");
  }
  if (actor.userId !== target?.ownerId) throw new AppError("not_found", "There is nothing here with this id.");
}

/** The user id of a signed-in actor. Throws `unauthenticated` otherwise. */
export function userOf(ctx: Pick<Ctx, "actor">): string {
  if (ctx.actor.kind === "user") return ctx.actor.userId;
  throw new AppError("unauthenticated", "Sign in to do this.");
}
