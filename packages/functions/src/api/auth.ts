import { z, type OpenAPIHono } from "@hono/zod-openapi";
import * as Audit from "@tintype/core/audit";
import type { Context } from "hono";
import { refuse, requestFor, tell } from "./auth-answer.ts";
import type { Deps, Env } from "./deps.ts";
import { body, json, problems } from "./schema.ts";
import { AUTH_ROUTES, authFailure, createAuth, sessionOf, type Auth } from "./session.ts";

const Person = z.object({ id: z.string(), name: z.string(), email: z.string() });
const SignedIn = z.object({ user: Person }).openapi("SignedIn");
const Session = z
  .object({
    session: z.object({ id: z.string(), userId: z.string(), expiresAt: z.iso.datetime() }),
    user: Person,
  })
  .nullable()
  .openapi("Session");

const SignedOut = z.object({ success: z.boolean() });

/** The auth of a request's scheme; both are made on first use and kept. */
export function authFor(deps: Deps): (origin: URL) => Auth {
  const made = new Map<boolean, Auth>();
  return (origin) => {
    const secure = origin.protocol === "https:";
    const auth = made.get(secure) ?? createAuth(deps, secure);
    made.set(secure, auth);
    return auth;
  };
}

/**
 * Mounts the few routes of better-auth that we use, its errors told as problem documents. Of its answers only what the document tells is
 * passed on: the session's token is for the cookie, which no script in the page can read.
 */
export function mountAuth(app: OpenAPIHono<Env>, auths: (origin: URL) => Auth): void {
  const [signIn, signOut, getSession] = AUTH_ROUTES;
  const ask = (c: Context<Env>) =>
    auths(c.get("origin"))
      .handler(requestFor(c))
      .catch((cause: unknown) => {
        throw authFailure(cause);
      });
  app.post(signIn.path, async (c) => {
    const response = await ask(c);
    if (!response.ok) return refuse(c, response);
    const told = SignedIn.parse(await response.json());
    await noteSignIn(c, told.user.id);
    return tell(c, told, response.headers.getSetCookie());
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
  const invalid = problems("invalid", "too_many", "forbidden", "too_large", "internal");
  app.openAPIRegistry.registerPath({
    method: "post",
    path: signIn.path,
    summary: "Sign in with e-mail and password",
    security: [],
    request: { body: body(z.object({ email: z.email(), password: z.string() }).openapi("SignIn")) },
    responses: { 200: json(SignedIn, "Signed in; the session is in a cookie"), ...problems("unauthenticated"), ...invalid },
  });
  app.openAPIRegistry.registerPath({
    method: "post",
    path: signOut.path,
    summary: "Sign out",
    security: [],
    responses: { 200: json(SignedOut, "Signed out"), ...invalid },
  });
  app.openAPIRegistry.registerPath({
    method: "get",
    path: getSession.path,
    summary: "The session of this browser, or null",
    security: [],
    responses: { 200: json(Session, "The session"), ...problems("internal") },
  });
}

/** Somebody is signed in from now on, which they can read of. */
async function noteSignIn(c: Context<Env>, userId: string): Promise<void> {
  const ctx = { ...c.get("ctx"), actor: { kind: "user", userId, role: "member" } as const };
  await Audit.note(ctx, { ownerId: userId, action: "session.sign-in" });
}
