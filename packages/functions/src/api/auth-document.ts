import { z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "./deps.ts";
import { body, json, problems } from "./schema.ts";
import { AUTH_ROUTES } from "./session.ts";
import { Assertion, Ceremony } from "./webauthn.ts";

const Person = z.object({ id: z.string(), name: z.string(), email: z.string() });
export const SignedIn = z.object({ user: Person }).openapi("SignedIn");
export const Session = z
  .object({
    session: z.object({ id: z.string(), userId: z.string(), expiresAt: z.iso.datetime() }),
    user: Person,
  })
  .nullable()
  .openapi("Session");

export const ByPasskey = z.object({ response: Assertion });
export const SignedOut = z.object({ success: z.boolean() });

/** Tells of the routes of better-auth's that we use: it has a document of its own, in other words. */
export function documentAuth(app: OpenAPIHono<Env>): void {
  const [signIn, signOut, getSession, options, byPasskey] = AUTH_ROUTES;
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
  app.openAPIRegistry.registerPath({
    method: "get",
    path: options.path,
    summary: "Begin to sign in, or to unlock, with a passkey",
    security: [],
    responses: {
      200: json(Ceremony, "Options for navigator.credentials.get; a cookie holds the challenge"),
      ...problems("too_many", "internal"),
    },
  });
  app.openAPIRegistry.registerPath({
    method: "post",
    path: byPasskey.path,
    summary: "Sign in with a passkey",
    security: [],
    request: { body: body(ByPasskey) },
    responses: { 200: json(SignedIn, "Signed in; the session is in a cookie"), ...problems("unauthenticated"), ...invalid },
  });
}
