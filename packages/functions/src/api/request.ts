import { newId } from "@tintype/core/kernel";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { addressOf, type Deps, type Env } from "./deps.ts";
import { wayOf } from "./store.ts";

/** Gives each request its number, its log and its context, and writes one line when it is answered. Of the URL only the route is logged. */
export function startRequest(deps: Pick<Deps, "db" | "store" | "publicStore" | "forwarded" | "queue" | "now" | "log" | "origin">) {
  return createMiddleware<Env>(async (c, next) => {
    const started = performance.now();
    const requestId = newId();
    const log = deps.log.with({ request: requestId });
    c.set("requestId", requestId);
    c.set("log", log);
    const origin = new URL(deps.origin ?? new URL(c.req.url).origin);
    const store = deps.publicStore(origin);
    c.set("origin", origin);
    c.set("store", store);
    const { db, now } = deps;
    const queue = c.env?.queue ?? deps.queue;
    const sign = (wayOf(c) === "same-origin" ? deps.forwarded?.(origin) : undefined) ?? store.sign;
    c.set("ctx", { actor: { kind: "anonymous" }, db, store: { ...deps.store, sign }, queue, now, log, address: addressOf(c) });
    await next();
    c.header("x-request-id", requestId);
    const bytes = await measure(c);
    log.info("request", {
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      ms: Math.round((performance.now() - started) * 10) / 10,
      bytes,
    });
  });
}

/** Every answer is whole in memory anyway; known to the byte, it goes out in one piece instead of chunks. */
async function measure(c: Context<Env>): Promise<number> {
  if (!c.res.body) return 0;
  const bytes = await c.res.arrayBuffer();
  c.res = new Response(bytes, c.res);
  c.res.headers.set("content-length", String(bytes.byteLength));
  return bytes.byteLength;
}
