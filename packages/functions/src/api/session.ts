import { PASSWORD_LENGTH } from "@tintype/core/account";
import { account, rateLimit, session, user, verification } from "@tintype/core/account/table";
import { AppError, newId, type Actor } from "@tintype/core/kernel";
import { betterAuth } from "better-auth/minimal";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import type { Deps } from "./deps.ts";

/** The header in which the app tells better-auth the client's address; what the client itself sends under this name is dropped. */
export const ADDRESS_HEADER = "x-tintype-address";

const DAY = 86_400;

/** What of better-auth answers over HTTP; everything else of it does not exist here. */
export const AUTH_ROUTES = [
  { method: "POST", path: "/api/auth/sign-in/email" },
  { method: "POST", path: "/api/auth/sign-out" },
  { method: "GET", path: "/api/auth/get-session" },
] as const;

export type Auth = ReturnType<typeof createAuth>;

/** better-auth over our own tables. `secure`: the page is on https, so the cookie is bound to the host and to https. */
export function createAuth(deps: Deps, secure: boolean) {
  return betterAuth({
    appName: "Tintype",
    // Only its path counts here; which origin is ours depends on the host that the browser used, see trustedOrigins.
    baseURL: deps.origin ?? `${secure ? "https" : "http"}://tintype.invalid`,
    basePath: "/api/auth",
    secret: deps.authSecret,
    trustedOrigins: (request) => (request ? ownOrigins(deps, new URL(request.url)) : []),
    database: drizzleAdapter(deps.db, { provider: "pg", schema: { user, session, account, verification, rateLimit } }),
    user: {
      additionalFields: {
        handle: { type: "string", input: false },
        role: { type: ["owner", "member"], input: false },
      },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    session: { expiresIn: 90 * DAY, updateAge: DAY },
    // Of sign-in, the one route here that can be guessed at. Set-up is no route of better-auth's: `Account.setUp` counts its tries
    // itself, in this table under keys of its own.
    rateLimit: {
      enabled: true,
      storage: "database",
      customRules: { "/sign-in/email": { window: 60, max: 10 }, "/get-session": false, "/sign-out": false },
    },
    advanced: {
      database: { generateId: () => newId() },
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      useSecureCookies: false,
      cookies: { session_token: { name: cookieName(secure), attributes: { secure } } },
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

/** `__Host-` binds a cookie to exactly this host and to https; browsers refuse the prefix on plain http. */
function cookieName(secure: boolean): string {
  return secure ? "__Host-tintype.session" : "tintype.session";
}

/** The origins that count as our own for a request to `url`: behind a proxy that ends TLS we see http where the browser says https. */
export function ownOrigins(deps: Pick<Deps, "origin">, url: URL): string[] {
  return deps.origin === undefined ? [`http://${url.host}`, `https://${url.host}`] : [deps.origin];
}

/** What made better-auth fail: the outage that it wraps, when there is one, else a bug, which keeps its cause for the log. */
export function authFailure(cause: unknown): Error {
  for (let each = cause; each instanceof Error; each = each.cause) if (each instanceof AppError) return each;
  return new Error("better-auth failed.", { cause });
}

/** The session of these headers, or null, and the cookies to answer with when it was prolonged. Throws what the database threw. */
export async function sessionOf(auth: Auth, headers: Headers) {
  const { response, headers: answer } = await auth.api.getSession({ headers, returnHeaders: true }).catch((cause: unknown) => {
    throw authFailure(cause);
  });
  return { session: response, setCookies: answer.getSetCookie() };
}

/** Who sends this request, and the cookies to answer with when the session was prolonged. Throws what the database threw. */
export async function actorOf(auth: Auth, headers: Headers): Promise<{ actor: Actor; setCookies: string[] }> {
  const { session: found, setCookies } = await sessionOf(auth, headers);
  if (!found) return { actor: { kind: "anonymous" }, setCookies };
  const { id, role } = found.user;
  return { actor: { kind: "user", userId: id, role: role === "owner" ? "owner" : "member" }, setCookies };
}
