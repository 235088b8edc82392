import type { Ctx, LinkActor, UserActor } from "./ctx.ts";
import { AppError } from "./error.ts";

/** What an API key may be given. `admin` only by the owner of the installation. */
export const SCOPES = ["library.read", "library.write", "upload", "album.read", "album.write", "share.write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** What somebody may be to a thing of another's: each may do what those before may. */
export type Role = "viewer" | "contributor" | "editor";

type Rule = {
  /** Whoever it is: what guards it is no permission. */
  anyone?: true;
  /** The scope that a key needs for it; without one no key may. */
  scope?: Scope;
  /** Who may do it besides the owner of the thing. */
  roles?: readonly Role[];
  /** What the holder of a link needs for it, where they may do it at all. */
  link?: (actor: LinkActor) => boolean;
  /** `admin`: only the owner of the installation; `service`: only we ourselves. */
  only?: "admin" | "service";
  /** In a browser whose person has just shown who they are. */
  unlocked?: true;
};

const EVERYBODY = ["viewer", "contributor", "editor"] as const;

/** The one policy of the product, as a table. What is not in it is nobody's but the owner's. */
const RULES = {
  "asset.read": { scope: "library.read" },
  "asset.write": { scope: "library.write" },
  /** Delete for good: no key that is made to rate or sort gets around the bin. */
  "asset.purge": { scope: "admin" },
  "timeline.read": { scope: "library.read" },
  "upload.create": { scope: "upload" },
  "upload.write": { scope: "upload" },
  "album.create": { scope: "album.write" },
  /** Change albums at all; what one may do in this one is asked of it once it is found. */
  "album.touch": { scope: "album.write" },
  /** See it and everything in it, and save that. */
  "album.read": { scope: "album.read", roles: EVERYBODY, link: () => true },
  "album.download": { scope: "album.read", roles: EVERYBODY, link: (actor) => actor.mayDownload },
  /** Save what is in it to one's own library, which then holds the originals and all that they tell. */
  "album.save": {
    scope: "album.read",
    roles: EVERYBODY,
    link: (actor) => actor.mayDownload && actor.mayOriginals && !actor.hidesMetadata,
  },
  /** Add photos of one's own, and take those out again. */
  "album.add": { scope: "album.write", roles: ["contributor", "editor"] },
  /** Names, order, cover, and taking out anybody's. */
  "album.write": { scope: "album.write", roles: ["editor"] },
  /** Who else is in it, and its end. */
  "album.own": { scope: "album.write" },
  /** With whom one may share: the names of the others here. */
  "people.read": { scope: "album.write" },
  "share.read": { scope: "share.write" },
  "share.write": { scope: "share.write" },
  /** Send photos through a link. */
  "share.upload": { link: (actor) => actor.mayUpload },
  "locked.read": { unlocked: true },
  "account.read": { scope: "library.read" },
  /** Names, passwords, passkeys, sessions. */
  "account.write": {},
  /** Another way in: only for who has just shown that they are the person. */
  "passkey.add": { unlocked: true },
  "key.read": {},
  "key.write": {},
  "key.create": { unlocked: true },
  "audit.read": {},
  /** Whoever may do a thing may have it noted. */
  "audit.note": { anyone: true },
  /** Nobody can sign in before the first account exists; setUp itself asks for the one-time token. */
  "account.setup": { anyone: true },
  /** What a guest shows decides: the token of the link, its password. */
  "link.open": { anyone: true },
  /** Whoever has the token of an invitation. */
  "account.join": { anyone: true },
  /** Who one is, is found out before one may do anything. */
  "actor.find": { anyone: true },
  "admin.read": { scope: "admin", only: "admin" },
  "admin.write": { scope: "admin", only: "admin" },
  "ingest.run": { only: "service" },
} as const satisfies Record<string, Rule>;

export type Permission = keyof typeof RULES;

/** What is asked for without a target, since it is about nobody's things in particular. */
type Untargeted =
  | "account.setup"
  | "account.join"
  | "actor.find"
  | "link.open"
  | "audit.note"
  | "admin.read"
  | "admin.write"
  | "ingest.run";

/**
 * What a permission is asked for: something of one owner's; `role` is what the actor is to it, as the query that fetched it tells, and `albumId` the
 * album in which it is seen.
 */
export type Target = { ownerId: string; role?: Role | undefined; albumId?: string | undefined };

/**
 * The one policy of the product. Returns when `ctx.actor` holds `permission` on `target`.
 * Throws `unauthenticated` without a session, `not_found` (never `forbidden`) for someone else's things, so that ids cannot be probed,
 * `forbidden` for what one sees but may not do, for what only the service or the owner of the installation does, and for a key that lacks the
 * scope, and `locked` for what needs a person to show again who they are.
 */
export function allow(ctx: Pick<Ctx, "actor">, permission: Untargeted, target?: Target): void;
export function allow(ctx: Pick<Ctx, "actor">, permission: Permission, target: Target): void;
export function allow(ctx: Pick<Ctx, "actor">, permission: Permission, target?: Target): void {
  const { actor } = ctx;
  const rule: Rule = RULES[permission];
  if (actor.kind === "system" || rule.anyone) return;
  if (actor.kind === "anonymous") throw new AppError("unauthenticated", "Sign in to do this.");
  if (actor.kind === "link") return allowLink(actor, rule, target);
  allowUser(actor, rule, target);
}

/** Whether `allow` would let the actor: for what is told of what they may do, never in its place. */
export function may(ctx: Pick<Ctx, "actor">, permission: Permission, target: Target): boolean {
  try {
    allow(ctx, permission, target);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

function allowLink(actor: LinkActor, { link }: Rule, target: Target | undefined): void {
  if (!link || target?.ownerId !== actor.ownerId || target.albumId !== actor.albumId) throw nothing();
  if (!link(actor)) throw new AppError("forbidden", "Whoever shares this does not allow it.");
}

function allowUser(actor: UserActor, { scope, roles = [], only, unlocked }: Rule, target: Target | undefined): void {
  if (actor.key && (scope === undefined || !actor.key.scopes.has(scope))) {
    throw new AppError("forbidden", scope === undefined ? "No API key may do this." : `This API key lacks the scope ${scope}.`);
  }
  if (only === "service") throw new AppError("forbidden", "Only the service itself does this.");
  if (only === "admin") {
    if (actor.role === "owner") return;
    throw new AppError("forbidden", "Only the owner of this Tintype may do this.");
  }
  if (actor.userId !== target?.ownerId) {
    if (target?.role === undefined) throw nothing();
    if (!roles.includes(target.role)) throw new AppError("forbidden", "You may look at this, and not change it.");
  }
  if (unlocked && actor.session?.unlocked !== true) throw new AppError("locked", "Show that it is you, with your password or a passkey.");
}

function nothing(): AppError {
  return new AppError("not_found", "There is nothing here with this id.");
}

/** Whether the actor sees what is locked: in a browser whose person has just shown who they are. */
export function isUnlocked({ actor }: Pick<Ctx, "actor">): boolean {
  return actor.kind === "user" && actor.session?.unlocked === true;
}

/** The user id of a signed-in actor. Throws `unauthenticated` otherwise. */
export function userOf(ctx: Pick<Ctx, "actor">): string {
  if (ctx.actor.kind === "user") return ctx.actor.userId;
  throw new AppError("unauthenticated", "Sign in to do this.");
}
