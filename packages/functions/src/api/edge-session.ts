import { AppError, keepFor } from "@tintype/core/kernel";
import * as Session from "@tintype/core/session";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { parse } from "hono/utils/cookie";
import type { FindSession } from "./actor.ts";
import { cookieName, SESSION } from "./cookie.ts";
import { addressOf, type Env } from "./deps.ts";
import type { EdgeDeps } from "./edge.ts";
import { createPasses } from "./edge-pass.ts";
import { later } from "./kept.ts";

const HMAC = { name: "HMAC", hash: "SHA-256" };
const SIGNED = /^(?<token>.+)\.(?<signature>[\w+/]{43}=)$/su;
/** What a pass is good for: the routes that are asked again and again, and answered from what is kept. */
const BY_PASS: ReadonlySet<string> = new Set(["/api/timeline/geometry", "/api/timeline/items"]);
const CHANGES = "/api/timeline/changes";
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Sessions by themselves, as better-auth has them. `find`: the cookie is `token.signature`, and the row is asked for, so that one that was ended is
 * refused at once; only for a timeline that is looked at again within half a minute a pass is enough, and only for what is kept: before anything is
 * loaded the pass is confirmed. When it is time to prolong a session, the origin does that, and its cookie is passed on; while it cannot, there is
 * time. `forget` has whoever changed something, or signed out, asked for anew.
 */
export function sessionsAtEdge(deps: Pick<EdgeDeps, "secret" | "forward" | "kept" | "now">) {
  const { secret, forward, now } = deps;
  const passes = createPasses(deps);
  const key = keepFor(Infinity, async () =>
    crypto.subtle.importKey("raw", new TextEncoder().encode(await secret()), HMAC, false, ["verify"]),
  );

  /** The token of the session's cookie, when it is signed by us. */
  async function tokenOf(headers: Headers, origin: URL): Promise<string | undefined> {
    const { token, signature } = claimIn(headers, origin);
    if (token === undefined || signature === undefined) return undefined;
    const isOurs = await crypto.subtle.verify(HMAC, await key(), bytesOf(signature), new TextEncoder().encode(token));
    return isOurs ? token : undefined;
  }

  /** Whether it is time to prolong it. */
  function isOld({ session }: Session.Found): boolean {
    const usedAt = session.expiresAt.getTime() - SESSION.expiresIn * 1000;
    return usedAt + SESSION.updateAge * 1000 <= now().getTime();
  }

  async function byPass(c: Context<Env>, token: string): Promise<Session.Found | undefined> {
    const known = await passes.find(token);
    if (!known) return undefined;
    const ctx = c.get("ctx");
    c.set("head", known.head);
    c.set("confirm", async () => {
      const found = await Session.find(ctx, token);
      if (!found || found.user.disabledAt) throw new AppError("unauthenticated", "Sign in to do this.");
      c.set("head", found.head);
    });
    return known;
  }

  async function lookUp(c: Context<Env>, token: string): Promise<Session.Found | undefined> {
    const askedAt = now();
    const found = await Session.find(c.get("ctx"), token);
    if (!found) return undefined;
    c.set("head", found.head);
    if (BY_PASS.has(c.req.path) && !isOld(found) && !found.user.disabledAt) later(c, passes.keep(token, found, askedAt));
    // No pass may take a page back behind what it has been told.
    const { epoch, revision } = found.head;
    if (c.req.path === CHANGES && c.req.query("since") !== `${epoch}.${revision}`) await passes.drop(token);
    return found;
  }

  const find: FindSession = async (c, headers) => {
    const origin = c.get("origin");
    const token = await tokenOf(headers, origin);
    if (token === undefined) return { session: null, setCookies: [] };
    const known = BY_PASS.has(c.req.path) ? await byPass(c, token) : undefined;
    if (known) return { session: known, setCookies: [] };
    const found = await lookUp(c, token);
    if (!found || !isOld(found)) return { session: found ?? null, setCookies: [] };
    const asked = new Request(new URL("/api/auth/get-session", origin), { headers: { cookie: headers.get("cookie") ?? "" } });
    const told = await forward(asked, addressOf(c)).catch((error: unknown) => c.get("log").error("session.not_prolonged", { error }));
    return { session: found, setCookies: told?.headers.getSetCookie() ?? [] };
  };

  const forget = createMiddleware<Env>(async (c, next) => {
    await next();
    if (SAFE.has(c.req.method)) return;
    // Nothing is asked for but the cache: the secret may be away just now. Who names a token can only have its session asked for anew.
    const { token } = claimIn(c.req.raw.headers, c.get("origin"));
    if (token === undefined) return;
    // What was done is done, and answered so.
    await passes.drop(token).catch((error: unknown) => c.get("log").error("pass.not_dropped", { error }));
  });

  return { find, forget };
}

/** What a cookie says that its token and the signature of it are. */
function claimIn(headers: Headers, origin: URL): { token?: string; signature?: string } {
  const name = cookieName("session", origin.protocol === "https:");
  return SIGNED.exec(parse(headers.get("cookie") ?? "", name)[name] ?? "")?.groups ?? {};
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0);
}
