import { type Actor, AppError } from "@tintype/core/kernel";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { actorOf, keyOf, type FindSession } from "./actor.ts";
import type { Deps, Env } from "./deps.ts";
import { routesAt, type Routed } from "./method.ts";

/** The most bytes of a JSON body. */
const MAX_BODY = 1024 * 1024;

/**
 * The header in which a page says whose it is. Its cookie is the browser's: when somebody else signs in, in another tab, it is theirs, and
 * what this page still does for the person before must not be done for them.
 */
const PERSON_HEADER = "x-tintype-person";

/** Everything that answers without a session. What is not named here needs one, whether or not its author thought of it. */
export const ANONYMOUS: ReadonlySet<string> = new Set([
  "/api/setup",
  "/api/invites/look",
  "/api/invites/accept",
  "/api/hooks/store",
  "/healthz",
  "/metrics",
  "/readyz",
]);

/** Refuses mutations that another site makes this browser send. Clients that are no browsers send neither header, and carry no cookie unasked. */
export function refuseCrossSite(deps: Pick<Deps, "origin">): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    if (["GET", "HEAD", "OPTIONS"].includes(c.req.method) || isSameSite(deps, c)) return next();
    throw new AppError("forbidden", fromElsewhere(c));
  });
}

/** What to say to a page that is not ours: mostly it is, opened by an IP address where we were told a name. */
export function fromElsewhere(c: Context<Env>): string {
  return `This page was opened at another address than Tintype's own. Open ${c.get("origin").origin} instead.`;
}

function isSameSite(deps: Pick<Deps, "origin">, c: Context<Env>): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = c.req.header("origin");
  return origin === undefined || ownOrigins(deps, c.get("origin")).includes(origin);
}

/** The origins that count as our own for a request to `url`: behind a proxy that ends TLS we see http where the browser says https. */
export function ownOrigins(deps: Pick<Deps, "origin">, url: URL): string[] {
  return deps.origin === undefined ? [`http://${url.host}`, `https://${url.host}`] : [deps.origin];
}

export const limitBody = bodyLimit({
  maxSize: MAX_BODY,
  onError: () => {
    throw new AppError("too_large", "A request may have at most 1 MB. Ask for fewer things at once.");
  },
});

/** Finds out who asks, and lets nobody but signed-in people past, save to the few routes named above. */
export function requireSession(app: Routed, find: FindSession): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    const { actor, setCookies } = await actorOf(find, c, c.req.raw.headers);
    const isOpen = ANONYMOUS.has(c.req.path) || routesAt(app, c.req.method, c.req.path).length === 0;
    if (!isOpen) mustBe(actor, c.req.raw.headers);
    c.set("ctx", { ...c.get("ctx"), actor });
    await next();
    for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
  });
}

function mustBe(actor: Actor, headers: Headers): void {
  const person = headers.get(PERSON_HEADER);
  if (actor.kind !== "user") {
    const hasKey = keyOf(headers) !== undefined;
    throw new AppError("unauthenticated", hasKey ? "This API key is wrong, has run out or was revoked." : "Sign in to do this.");
  }
  if (person !== null && person !== actor.userId) {
    throw new AppError("unauthenticated", "Somebody else is signed in now. Sign in again to do this.");
  }
}
