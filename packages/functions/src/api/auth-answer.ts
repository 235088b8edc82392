import { z } from "@hono/zod-openapi";
import * as Audit from "@tintype/core/audit";
import { AppError } from "@tintype/core/kernel";
import { isAPIError } from "better-auth/api";
import type { Context } from "hono";
import { DISABLED } from "./auth-plugins.ts";
import { addressOf, type Env } from "./deps.ts";
import { problem } from "./error.ts";
import { fromElsewhere } from "./guard.ts";
import { ADDRESS_HEADER, authFailure, type Auth } from "./session.ts";

/** The request with the client's address as we know it, and at the origin that the browser used. */
export function requestFor(c: Context<Env>): Request {
  return new Request(c.req.raw, { headers: headersFor(c) });
}

/** The headers of that request. */
export function headersFor(c: Context<Env>): Headers {
  const headers = new Headers(c.req.raw.headers);
  headers.delete(ADDRESS_HEADER);
  const address = addressOf(c);
  if (address !== undefined) headers.set(ADDRESS_HEADER, address);
  return headers;
}

/** What a call of better-auth's own gave, its cookies passed on; what made it fail is thrown. */
export async function passed<T>(c: Context<Env>, call: Promise<{ headers: Headers; response: T }>): Promise<T> {
  const { headers, response } = await call.catch((cause: unknown) => {
    throw refusalOf(cause) ?? authFailure(cause);
  });
  for (const cookie of headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
  return response;
}

/** What better-auth says of a request that is not right: the fault of who asks. */
function refusalOf(cause: unknown): AppError | undefined {
  if (!isAPIError(cause)) return undefined;
  // So it calls whatever the browser sent for a passkey and cannot be read as one.
  const isUnreadable = cause.body?.code === "FAILED_TO_VERIFY_REGISTRATION";
  if (isUnreadable) return new AppError("invalid", "This passkey could not be checked. Try it again.");
  if (cause.statusCode >= 500) return undefined;
  return new AppError(cause.statusCode === 401 ? "forbidden" : "invalid", `${cause.body?.message ?? "This did not work"}.`);
}

/** Begins a session of this person's: its cookie goes with the answer, and they can read of it. */
export async function signInAs(c: Context<Env>, auth: Auth, userId: string): Promise<{ id: string }> {
  const session = await passed(c, auth.api.signInAs({ body: { userId }, headers: headersFor(c), returnHeaders: true }));
  await noteSignIn(c, userId);
  return session;
}

/** Somebody is signed in from now on, which they can read of. */
export async function noteSignIn(c: Context<Env>, userId: string): Promise<void> {
  const ctx = { ...c.get("ctx"), actor: { kind: "user", userId, role: "member" } as const };
  await Audit.note(ctx, { ownerId: userId, action: "session.sign-in" });
}

/** An answer with what is told, and better-auth's cookies. */
export function tell(c: Context<Env>, told: unknown, setCookies: readonly string[]): Response {
  for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
  return c.body(JSON.stringify(told), 200, { "content-type": "application/json" });
}

/** What better-auth refused, as a problem document. */
export async function refuse(c: Context<Env>, response: Response, wrong = "E-mail or password is wrong."): Promise<Response> {
  for (const cookie of response.headers.getSetCookie()) c.header("set-cookie", cookie, { append: true });
  if (response.status === 401) return problem(c, { code: "unauthenticated", detail: wrong });
  if (response.status === 403) {
    const { code, message } = await bodyOf(response);
    return problem(c, { code: "forbidden", detail: code === DISABLED ? `${message}.` : fromElsewhere(c) });
  }
  if (response.status === 429) {
    const retryAfter = Number(response.headers.get("x-retry-after") ?? 60);
    return problem(c, { code: "too_many", detail: `Too many tries. Wait ${retryAfter} s and try again.`, extra: { retryAfter } });
  }
  if (response.status === 415) {
    return problem(c, { code: "unsupported_media_type", detail: "Send JSON, with the content type application/json." });
  }
  if (response.status >= 500) throw authFailure(await response.text());
  const { message } = await bodyOf(response);
  return problem(c, { code: "invalid", detail: message === undefined ? "Give an e-mail address and a password." : `${message}.` });
}

const Refusal = z.object({ code: z.string().optional(), message: z.string().optional() });

async function bodyOf(response: Response): Promise<z.infer<typeof Refusal>> {
  const parsed = Refusal.safeParse(await response.json().catch(() => undefined));
  return parsed.success ? parsed.data : {};
}
