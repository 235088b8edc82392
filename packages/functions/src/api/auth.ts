import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { FindSession } from "./actor.ts";
import { noteSignIn, refuse, requestFor, tell } from "./auth-answer.ts";
import { ByPasskey, documentAuth, Session, SignedIn, SignedOut } from "./auth-document.ts";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { AUTH_ROUTES, authFailure, createAuth, sessionOf, type Auth } from "./session.ts";

/** Of how many addresses of ours the auth is kept: names are free to invent where no origin is fixed. */
const MAX_ORIGINS = 16;

/** The auth of the page's origin, to which passkeys are bound; made on first use and kept. */
export function authFor(deps: Deps): (origin: URL) => Auth {
  const made = new Map<string, Auth>();
  return (origin) => {
    const auth = made.get(origin.origin) ?? createAuth(deps, origin);
    if (made.size >= MAX_ORIGINS) made.clear();
    made.set(origin.origin, auth);
    return auth;
  };
}

/** Has better-auth find sessions, and prolong them. */
export function findByAuth(auths: (origin: URL) => Auth): FindSession {
  return (c, headers) => sessionOf(auths(c.get("origin")), headers);
}

/**
 * Mounts the few routes of better-auth that we use, its errors told as problem documents. Of its answers only what the document tells is
 * passed on: the session's token is for the cookie, which no script in the page can read.
 */
export function mountAuth(app: OpenAPIHono<Env>, auths: (origin: URL) => Auth): void {
  const [signIn, signOut, getSession, options, byPasskey] = AUTH_ROUTES;
  const ask = (c: Context<Env>) =>
    auths(c.get("origin"))
      .handler(requestFor(c))
      .catch((cause: unknown) => {
        throw authFailure(cause);
      });
  const enter = (wrong: string) => async (c: Context<Env>) => {
    const response = await ask(c);
    if (!response.ok) return refuse(c, response, wrong);
    const told = SignedIn.parse(await response.json());
    await noteSignIn(c, told.user.id);
    return tell(c, told, response.headers.getSetCookie());
  };
  app.post(signIn.path, enter("E-mail or password is wrong."));
  const enterByPasskey = enter("This passkey is not known here. Sign in with your password.");
  app.post(byPasskey.path, async (c) => {
    // better-auth looks up whatever it is given.
    onInvalid({
      target: "json",
      ...ByPasskey.safeParse(
        await c.req.raw
          .clone()
          .json()
          .catch(() => undefined),
      ),
    });
    return enterByPasskey(c);
  });
  app.get(options.path, async (c) => {
    const response = await ask(c);
    return response.ok ? tell(c, await response.json(), response.headers.getSetCookie()) : refuse(c, response);
  });
  app.post(signOut.path, async (c) => {
    const response = await ask(c);
    return response.ok ? tell(c, SignedOut.parse(await response.json()), response.headers.getSetCookie()) : refuse(c, response);
  });
  app.get(getSession.path, async (c) => {
    const { session, setCookies } = await sessionOf(auths(c.get("origin")), c.req.raw.headers);
    const told = session && { ...session, session: { ...session.session, expiresAt: session.session.expiresAt.toISOString() } };
    return tell(c, Session.parse(told), setCookies);
  });
  documentAuth(app);
}
