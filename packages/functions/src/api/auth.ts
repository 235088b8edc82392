import { z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { addressOf, type Deps, type Env } from "./deps.ts";
import { problem } from "./error.ts";
import { fromElsewhere } from "./guard.ts";
import { body, json, problems } from "./schema.ts";
import { ADDRESS_HEADER, AUTH_ROUTES, authFailure, createAuth, sessionOf, type Auth } from "./session.ts";

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
  const passOn = (schema: z.ZodType) => async (c: Context<Env>) => {
    const response = await auths(c.get("origin"))
      .handler(requestFor(c))
      .catch((cause: unknown) => {
        throw authFailure(cause);
      });
    return answer(c, response, schema);
  };
  app.post(signIn.path, passOn(SignedIn));
  app.post(signOut.path, passOn(SignedOut));
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

/** The request with the client's address as we know it, and at the origin that the browser used. */
function requestFor(c: Context<Env>): Request {
  const headers = new Headers(c.req.raw.headers);
  headers.delete(ADDRESS_HEADER);
  const address = addressOf(c);
  if (address !== undefined) headers.set(ADDRESS_HEADER, address);
  return new Request(c.req.raw, { headers });
}

function tell(c: Context<Env>, told: unknown, setCookies: readonly string[]): Response {
  for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
  return c.body(JSON.stringify(told), 200, { "content-type": "application/json" });
}

async function answer(c: Context<Env>, response: Response, schema: z.ZodType): Promise<Response> {
  if (response.ok) return tell(c, schema.parse(await response.json()), response.headers.getSetCookie());
  for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
  if (response.status === 401) return problem(c, { code: "unauthenticated", detail: "E-mail or password is wrong." });
  if (response.status === 403) return problem(c, { code: "forbidden", detail: fromElsewhere(c) });
  if (response.status === 429) {
    const retryAfter = Number(response.headers.get("x-retry-after") ?? 60);
    return problem(c, { code: "too_many", detail: `Too many tries. Wait ${retryAfter} s and try again.`, extra: { retryAfter } });
  }
  if (response.status === 415) {
    return problem(c, { code: "unsupported_media_type", detail: "Send JSON, with the content type application/json." });
  }
  if (response.status >= 500) throw authFailure(await response.text());
  return problem(c, { code: "invalid", detail: await messageOf(response) });
}

async function messageOf(response: Response): Promise<string> {
  const parsed = z.object({ message: z.string() }).safeParse(await response.json().catch(() => undefined));
  return parsed.success ? `${parsed.data.message}.` : "Give an e-mail address and a password.";
}
