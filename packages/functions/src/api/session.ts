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

/** What better-auth makes of every failure below it, and below it is only the database. */
export function noDatabase(cause: unknown): AppError {
  return new AppError("database_unavailable", "The database does not answer. Try again in a moment.", { cause });
}

/** Who sends this request, and the cookies to answer with when the session was prolonged. Throws `database_unavailable`. */
export async function actorOf(auth: Auth, headers: Headers): Promise<{ actor: Actor; setCookies: string[] }> {
  const { response, headers: answer } = await auth.api.getSession({ headers, returnHeaders: true }).catch((cause: unknown) => {
    throw noDatabase(cause);
  });
  const setCookies = answer.getSetCookie();
  if (!response) return { actor: { kind: "anonymous" }, setCookies };
  const { id, role } = response.user;
  return { actor: { kind: "user", userId: id, role: role === "owner" ? "owner" : "member" }, setCookies };
}
