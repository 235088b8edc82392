import { PASSWORD_LENGTH } from "@tintype/core/account";
import { account, apikey, passkey, rateLimit, session, user, verification } from "@tintype/core/account/table";
import { AppError, newId } from "@tintype/core/kernel";
import { betterAuth } from "better-auth/minimal";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { enabledOnly, plugins } from "./auth-plugins.ts";
import { cookieName, SESSION } from "./cookie.ts";
import type { Deps } from "./deps.ts";
import { ownOrigins } from "./guard.ts";

/** The header in which the app tells better-auth the client's address; what the client itself sends under this name is dropped. */
export const ADDRESS_HEADER = "x-tintype-address";

/** What of better-auth answers over HTTP; everything else of it does not exist here. */
export const AUTH_ROUTES = [
  { method: "POST", path: "/api/auth/sign-in/email" },
  { method: "POST", path: "/api/auth/sign-out" },
  { method: "GET", path: "/api/auth/get-session" },
  { method: "GET", path: "/api/auth/passkey/generate-authenticate-options" },
  { method: "POST", path: "/api/auth/passkey/verify-authentication" },
] as const;

export type Auth = ReturnType<typeof createAuth>;

/** better-auth over our own tables, for pages of this origin: on https the cookie is bound to the host and to https. */
export function createAuth(deps: Deps, origin: URL) {
  const secure = origin.protocol === "https:";
  return betterAuth({
    appName: "Tintype",
    // Only its path counts here; which origin is ours depends on the host that the browser used, see trustedOrigins.
    baseURL: deps.origin ?? `${secure ? "https" : "http"}://tintype.invalid`,
    basePath: "/api/auth",
    secret: deps.authSecret,
    trustedOrigins: (request) => (request ? ownOrigins(deps, new URL(request.url)) : []),
    database: drizzleAdapter(deps.db, { provider: "pg", schema: { user, session, account, verification, rateLimit, passkey, apikey } }),
    plugins: plugins(origin.hostname, ownOrigins(deps, origin)),
    databaseHooks: { session: { create: { before: enabledOnly(deps) } } },
    user: {
      additionalFields: {
        handle: { type: "string", input: false },
        role: { type: ["owner", "member"], input: false },
        disabledAt: { type: "date", input: false, required: false },
      },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: { hash: deps.passwords.hash, verify: ({ password, hash }) => deps.passwords.verify(password, hash) },
    },
    session: {
      ...SESSION,
      // Who adds a way in has to show who they are: `passkey.add` in core's policy.
      freshAge: 0,
      additionalFields: { unlockedUntil: { type: "date", input: false, required: false } },
    },
    // Of signing in, the routes here that can be guessed at. Set-up is no route of better-auth's: `Account.setUp` counts its tries
    // itself, in this table under keys of its own.
    rateLimit: {
      enabled: true,
      storage: "database",
      customRules: {
        "/sign-in/email": { window: 60, max: 10 },
        "/passkey/verify-authentication": { window: 60, max: 10 },
        "/passkey/generate-authenticate-options": { window: 60, max: 20 },
        "/get-session": false,
        "/sign-out": false,
      },
    },
    advanced: {
      database: { generateId: () => newId() },
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      useSecureCookies: false,
      cookies: {
        session_token: { name: cookieName("session", secure), attributes: { secure } },
        passkey: { name: cookieName("passkey", secure), attributes: { secure } },
      },
    },
    telemetry: { enabled: false },
    // Else it answers 500 to everything that fails below it, and only its log knows why.
    onAPIError: { throw: true },
    // A level set here would make it write to the console as well.
    logger: {
      log: (level, message, ...rest: unknown[]) =>
        level === "error" && deps.log.error("auth", { message, error: rest.find((value) => value instanceof Error) }),
    },
  });
}

/** The session of these headers, or null, and the cookies to answer with when it was prolonged. Throws what the database threw. */
export async function sessionOf(auth: Auth, headers: Headers) {
  const { response, headers: answer } = await auth.api.getSession({ headers, returnHeaders: true }).catch((cause: unknown) => {
    throw authFailure(cause);
  });
  return { session: response, setCookies: answer.getSetCookie() };
}

/** What made better-auth fail: the outage that it wraps, when there is one, else a bug, which keeps its cause for the log. */
export function authFailure(cause: unknown): Error {
  for (let each = cause; each instanceof Error; each = each.cause) if (each instanceof AppError) return each;
  return new Error("better-auth failed.", { cause });
}
