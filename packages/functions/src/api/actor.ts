import * as Credential from "@tintype/core/credential";
import type { Actor, Ctx } from "@tintype/core/kernel";
import { hashOfKey } from "./auth-plugins.ts";
import { authFailure, type Auth } from "./session.ts";

/** The session of these headers, or null, and the cookies to answer with when it was prolonged. Throws what the database threw. */
export async function sessionOf(auth: Auth, headers: Headers) {
  const { response, headers: answer } = await auth.api.getSession({ headers, returnHeaders: true }).catch((cause: unknown) => {
    throw authFailure(cause);
  });
  return { session: response, setCookies: answer.getSetCookie() };
}

/**
 * Who sends this request, by an API key where it has one, else by its cookie, and the cookies to answer with when the session was prolonged. Throws
 * what the database threw.
 */
export async function actorOf(auth: Auth, ctx: Ctx, headers: Headers): Promise<{ actor: Actor; setCookies: string[] }> {
  const key = keyOf(headers);
  if (key !== undefined) return { actor: (await Credential.bearerOf(ctx, await hashOfKey(key))) ?? { kind: "anonymous" }, setCookies: [] };
  const { session: found, setCookies } = await sessionOf(auth, headers);
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
