import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { REACH_BODY, startReach } from "@tintype/core/storage";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Deps, Env, Way } from "./deps.ts";
import { json, problems, SignedRequest } from "./schema.ts";

/** The cookie in which a browser says that it reaches the store only through us. The page sets it, after it has tried both ways. */
const COOKIE = "tintype.store";

/** The way to the store that this browser has found. */
export function wayOf(c: Context<Env>): Way {
  return getCookie(c, COOKIE) === "same-origin" ? "same-origin" : "direct";
}

const Trial = z.object({ way: z.enum(["direct", "same-origin"]), put: SignedRequest, get: z.url() }).openapi("Trial");

const check = createRoute({
  method: "post",
  path: "/storage/check",
  summary: "Requests that find out by which way this browser reaches the store",
  description:
    "Send each put with `body`, read it back from its get, whole and as a range, and compare. Where only `same-origin` works, set the cookie " +
    "`tintype.store=same-origin`: all URLs are then under `/store` of this origin. No trials: there is one way only.",
  responses: {
    200: json(z.object({ body: z.string(), trials: z.array(Trial) }), "A trial of each way"),
    ...problems("unauthenticated", "storage_unavailable"),
  },
});

/** By which way a browser reaches the store. */
export const storage = (deps: Deps) =>
  new OpenAPIHono<Env>().openapi(check, async (c) => {
    const page = c.get("origin");
    const throughUs = deps.forwarded?.(page);
    if (!throughUs) return c.json({ body: REACH_BODY, trials: [] }, 200);
    const ways = ["direct", "same-origin"] as const;
    const reaches = await startReach(c.get("ctx"), [deps.publicStore(page).sign, throughUs]);
    return c.json({ body: REACH_BODY, trials: reaches.map((reach, i) => ({ way: ways[i] ?? "direct", ...reach })) }, 200);
  });
