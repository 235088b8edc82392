import * as Credential from "@tintype/core/credential";
import { type Actor, sha256Of } from "@tintype/core/kernel";
import type { Context } from "hono";
import type { Env } from "./deps.ts";

/** A session that has not run out, and whose it is. */
type FoundSession = {
  session: { id: string; unlockedUntil?: Date | null | undefined };
  user: { id: string; role: string; disabledAt?: Date | null | undefined };
};

/**
 * Finds the session of the cookie in these headers, null where there is none, and the cookies to answer with when it was prolonged: through
 * better-auth,
 * or at the edge without it. Throws what the database threw.
 */
export type FindSession = (c: Context<Env>, headers: Headers) => Promise<{ session: FoundSession | null; setCookies: string[] }>;

/** Who sends a request with these headers, by an API key where it has one, else by its cookie; see `FindSession`. */
export async function actorOf(find: FindSession, c: Context<Env>, headers: Headers): Promise<{ actor: Actor; setCookies: string[] }> {
  const ctx = c.get("ctx");
  const key = keyOf(headers);
  if (key !== undefined) return { actor: (await Credential.bearerOf(ctx, hashOfKey(key))) ?? { kind: "anonymous" }, setCookies: [] };
  const { session: found, setCookies } = await find(c, headers);
  if (!found || found.user.disabledAt) return { actor: { kind: "anonymous" }, setCookies };
  const { id, role } = found.user;
  const unlocked = (found.session.unlockedUntil?.getTime() ?? 0) > ctx.now().getTime();
  const actor = {
    kind: "user",
    userId: id,
    role: role === "owner" ? "owner" : "member",
    session: { id: found.session.id, unlocked },
  } as const;
  return { actor, setCookies };
}

/** The API key of these headers: in one of its own, or as a bearer's, where `tt_` tells it from other tokens. */
export function keyOf(headers: Headers): string | undefined {
  return headers.get("x-api-key") ?? /^bearer +(?<key>tt_\S+)$/iu.exec(headers.get("authorization") ?? "")?.groups?.["key"];
}

/** The hash of a key as better-auth keeps it. */
function hashOfKey(key: string): string {
  return btoa(String.fromCodePoint(...sha256Of(key)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
