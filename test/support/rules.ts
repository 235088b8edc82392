import { SCOPES, type Scope } from "@tintype/core/kernel";

/**
 * Programs with an API key: of one scope each, and one that may share what it may read. They are Mia's, but for `admin`, which is of the owner of the
 * installation.
 */
export type Key = `key ${Scope}` | "key sharing";
export const KEYS: readonly { name: Key; scopes: readonly Scope[] }[] = [
  ...SCOPES.map((scope) => ({ name: `key ${scope}` as const, scopes: [scope] })),
  { name: "key sharing", scopes: ["share.write", "library.read", "album.read"] },
];

/** Whoever holds a link to Mia's album: an open one; one with a password, not yet given, given wrongly, given; one that is over. */
const HOLDERS = ["pending", "wrong", "expired", "revoked", "link", "right"] as const;
export type Holder = (typeof HOLDERS)[number];

/**
 * Who asks in the matrix. Mia owns what is asked for; `editor`, `contributor` and `viewer` are in her album, the `stranger` is not; `admin` owns
 * the installation and nothing of hers. `unlocked` is Mia in a browser in which she has just shown who she is. Who is told least comes first.
 */
export const PEOPLE = ["stranger", "admin", "viewer", "contributor", "editor", "owner", "unlocked"] as const;
export type Person = (typeof PEOPLE)[number];

export const PRINCIPALS = ["anonymous", ...HOLDERS, ...KEYS.map(({ name }) => name), ...PEOPLE] as const;
export type Principal = (typeof PRINCIPALS)[number];

/** The status that each principal is answered. */
export type Answers = Record<Principal, number>;

const ROLES = ["viewer", "contributor", "editor"] as const;

/** What everybody is answered alike, signed in or not. */
export function everyone(status: number): Answers {
  const people = { stranger: status, admin: status, viewer: status, contributor: status, editor: status, owner: status, unlocked: status };
  return { ...nobody(status), ...keys(status), ...people };
}

/** Keys that have this scope, and those that have not. */
function keys(status: number, scope?: Scope, others = status): Record<Key, number> {
  const answers = KEYS.map(({ name, scopes }) => [name, scope !== undefined && scopes.includes(scope) ? status : others]);
  // Guarantee: one for each key.
  return Object.fromEntries(answers) as Record<Key, number>;
}

/** Who is not signed in: outside `/s/` a link opens nothing. */
function nobody(status: number): Record<Holder | "anonymous", number> {
  return { anonymous: status, link: status, pending: status, wrong: status, right: status, expired: status, revoked: status };
}

/** What everybody who is signed in is answered alike, with whatever key. */
export function signedIn(status: number): Answers {
  return { ...everyone(status), ...nobody(401) };
}

/** What each signed-in person has their own of; of keys those with this scope, or none at all. */
export function ownOf(status: number, scope?: Scope): Answers {
  return { ...everyone(status), ...keys(status, scope, 403), ...nobody(401) };
}

/** What is Mia's alone: for everybody else it is not there. */
export function hers(status: number, scope?: Scope): Answers {
  const others = { stranger: 404, admin: 404, viewer: 404, contributor: 404, editor: 404 };
  return { ...ownOf(status, scope), ...others };
}

/** What those of her album may from a role on; the others in it are told that they may not, and for those outside it is not there. */
export function album(
  status: number,
  from: (typeof ROLES)[number] | "owner",
  scope: Scope = from === "viewer" ? "album.read" : "album.write",
): Answers {
  const first = from === "owner" ? ROLES.length : ROLES.indexOf(from);
  const roles = Object.fromEntries(ROLES.map((role, i) => [role, i >= first ? status : 403]));
  return { ...hers(status, scope), ...roles };
}

/** What only the owner of the installation may. */
export function admin(status: number): Answers {
  return { ...ownOf(403), admin: status, "key admin": status };
}

/**
 * What whoever holds a link may; everybody else, whatever they are signed in as, asks with that of `pending`, of which they do not know the
 * password either. A link that is over is not there.
 */
export function holders(status: number, locked = 401): Answers {
  return { ...everyone(locked), link: status, right: status, expired: 404, revoked: 404 };
}
