import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { addressOf, type Env } from "./deps.ts";
import { problem } from "./error.ts";
import { fromElsewhere } from "./guard.ts";
import { ADDRESS_HEADER, authFailure } from "./session.ts";

/** The request with the client's address as we know it, and at the origin that the browser used. */
export function requestFor(c: Context<Env>): Request {
  const headers = new Headers(c.req.raw.headers);
  headers.delete(ADDRESS_HEADER);
  const address = addressOf(c);
  if (address !== undefined) headers.set(ADDRESS_HEADER, address);
  return new Request(c.req.raw, { headers });
}

/** An answer with what is told, and better-auth's cookies. */
export function tell(c: Context<Env>, told: unknown, setCookies: readonly string[]): Response {
  for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
  return c.body(JSON.stringify(told), 200, { "content-type": "application/json" });
}

/** What better-auth refused, as a problem document. */
export async function refuse(c: Context<Env>, response: Response): Promise<Response> {
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
