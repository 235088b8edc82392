import { keepFor } from "@tintype/core/kernel";
import * as Session from "@tintype/core/session";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { parse } from "hono/utils/cookie";
import type { FindSession } from "./actor.ts";
import { cookieName, SESSION } from "./cookie.ts";
import { addressOf, type Env } from "./deps.ts";
import type { EdgeDeps } from "./edge.ts";
import type { createPasses } from "./edge-pass.ts";
import { later } from "./kept.ts";

type Passes = ReturnType<typeof createPasses>;

const HMAC = { name: "HMAC", hash: "SHA-256" };
const SIGNED = /^(?<token>.+)\.(?<signature>[\w+/]{43}=)$/su;
/** What a pass is good for: the routes that are asked again and again, and answered from what is kept. */
const BY_PASS: ReadonlySet<string> = new Set(["/api/timeline/geometry", "/api/timeline/items"]);
const CHANGES = "/api/timeline/changes";

/**
 * Finds sessions by themselves, as better-auth does: the cookie is `token.signature`, and the row is asked for, so that one that was ended is refused
 * at once; only for a timeline that is looked at again within half a minute a pass is enough. When it is time to prolong a session, the origin does
 * that, and its cookie is passed on.
 */
export function findAtEdge({ secret, forward }: Pick<EdgeDeps, "secret" | "forward">, passes: Passes): FindSession {
  const key = keepFor(Infinity, async () =>
    crypto.subtle.importKey("raw", new TextEncoder().encode(await secret()), HMAC, false, ["verify"]),
  );
  const isOurs = async (token: string, signature: string): Promise<boolean> =>
    crypto.subtle.verify(HMAC, await key(), bytesOf(signature), new TextEncoder().encode(token));

  return async (c, headers) => {
    const origin = c.get("origin");
    const { token, signature } = cookieIn(headers, origin);
    if (token === undefined || signature === undefined || !(await isOurs(token, signature))) return { session: null, setCookies: [] };
    const found = await knownOrFound(c, token);
    if (!found) return { session: null, setCookies: [] };
    c.set("head", found.head);
    if (!isOld(found)) return { session: found, setCookies: [] };
    const asked = new Request(new URL("/api/auth/get-session", origin), { headers: { cookie: headers.get("cookie") ?? "" } });
    const { headers: told } = await forward(asked, addressOf(c));
    return { session: found, setCookies: told.getSetCookie() };
  };

  async function knownOrFound(c: Context<Env>, token: string): Promise<Session.Found | undefined> {
    const byPass = BY_PASS.has(c.req.path);
    const known = byPass ? await passes.find(token) : undefined;
    if (known && known !== "anew") return known.found;
    const found = await Session.find(c.get("ctx"), token);
    if (!found) return undefined;
    if (byPass && !known && !isOld(found) && !found.user.disabledAt) later(c, passes.keep(token, found));
    // No pass may take a page back behind what it has been told.
    const { epoch, revision } = found.head;
    if (c.req.path === CHANGES && c.req.query("since") !== `${epoch}.${revision}`) later(c, passes.drop(token));
    return found;
  }
}

/** Whoever changes something, or signs out, is asked for anew. */
export function dropPass({ origin }: Pick<EdgeDeps, "origin">, passes: Passes) {
  return createMiddleware<Env>(async (c, next) => {
    if (!["GET", "HEAD", "OPTIONS"].includes(c.req.method)) {
      const { token } = cookieIn(c.req.raw.headers, new URL(origin ?? c.req.url));
      if (token !== undefined) await passes.drop(token);
    }
    return next();
  });
}

/** The session's cookie, as it is sent; nothing is proved by it yet. */
function cookieIn(headers: Headers, origin: URL): { token?: string; signature?: string } {
  const name = cookieName("session", origin.protocol === "https:");
  return SIGNED.exec(parse(headers.get("cookie") ?? "", name)[name] ?? "")?.groups ?? {};
}

/** Whether it is time to prolong it. */
function isOld({ session }: Session.Found): boolean {
  const usedAt = session.expiresAt.getTime() - SESSION.expiresIn * 1000;
  return usedAt + SESSION.updateAge * 1000 <= Date.now();
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
}
