/**
 * Who asks in the matrix. Mia owns what is asked for; `editor`, `contributor` and `viewer` are in her album, the `stranger` is not; `admin` owns
 * the installation and nothing of hers. `unlocked` is Mia in a browser in which she has just shown who she is. Who is told least comes first.
 */
export const PRINCIPALS = ["anonymous", "stranger", "admin", "viewer", "contributor", "editor", "owner", "unlocked"] as const;
export type Principal = (typeof PRINCIPALS)[number];

/** The status that each principal is answered. */
export type Answers = Record<Principal, number>;

const ROLES = ["viewer", "contributor", "editor"] as const;

/** What everybody is answered alike, signed in or not. */
export function everyone(status: number): Answers {
  return {
    anonymous: status,
    stranger: status,
    admin: status,
    viewer: status,
    contributor: status,
    editor: status,
    owner: status,
    unlocked: status,
  };
}

/** What each signed-in person has their own of. */
export function ownOf(status: number): Answers {
  return { ...everyone(status), anonymous: 401 };
}

/** What is Mia's alone: for everybody else it is not there. */
export function hers(status: number, others = 404): Answers {
  return { ...ownOf(others), owner: status, unlocked: status };
}

/** What those of her album may from a role on; the others in it are told that they may not, and for those outside it is not there. */
export function album(status: number, from: (typeof ROLES)[number] | "owner"): Answers {
  const first = from === "owner" ? ROLES.length : ROLES.indexOf(from);
  const roles = Object.fromEntries(ROLES.map((role, i) => [role, i >= first ? status : 403]));
  return { ...hers(status), ...roles };
}

/** What only the owner of the installation may. */
export function admin(status: number): Answers {
  return { ...ownOf(403), admin: status };
}
