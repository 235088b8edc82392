import { keepFor } from "@tintype/core/kernel";
import * as Session from "@tintype/core/session";
import { parse } from "hono/utils/cookie";
import type { FindSession } from "./actor.ts";
import { cookieName, SESSION } from "./cookie.ts";
import { addressOf } from "./deps.ts";
import type { EdgeDeps } from "./edge.ts";

const HMAC = { name: "HMAC", hash: "SHA-256" };
const SIGNED = /^(?<token>.+)\.(?<signature>[\w+/]{43}=)$/su;

/**
 * Finds sessions by themselves, as better-auth does: the cookie is `token.signature`, and the row is asked for each time, so that one that was ended
 * is refused at once. When it is time to prolong it, the origin does that, and its cookie is passed on.
 */
export function findAtEdge({ secret, forward }: Pick<EdgeDeps, "secret" | "forward">): FindSession {
  const key = keepFor(Infinity, async () =>
    crypto.subtle.importKey("raw", new TextEncoder().encode(await secret()), HMAC, false, ["verify"]),
  );
  return async (c, headers) => {
    const origin = c.get("origin");
    const name = cookieName("session", origin.protocol === "https:");
    const { token, signature } = SIGNED.exec(parse(headers.get("cookie") ?? "", name)[name] ?? "")?.groups ?? {};
    if (token === undefined || signature === undefined) return { session: null, setCookies: [] };
    const isOurs = await crypto.subtle.verify(HMAC, await key(), bytesOf(signature), new TextEncoder().encode(token));
    const session = isOurs ? await Session.find(c.get("ctx"), token) : undefined;
    if (!session) return { session: null, setCookies: [] };
    const usedAt = session.session.expiresAt.getTime() - SESSION.expiresIn * 1000;
    if (usedAt + SESSION.updateAge * 1000 > Date.now()) return { session, setCookies: [] };
    const asked = new Request(new URL("/api/auth/get-session", origin), { headers: { cookie: headers.get("cookie") ?? "" } });
    const { headers: told } = await forward(asked, addressOf(c));
    return { session, setCookies: told.getSetCookie() };
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
}
