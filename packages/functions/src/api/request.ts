import { newId } from "@tintype/core/kernel";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { addressOf, type Deps, type Env } from "./deps.ts";
import { wayOf } from "./store.ts";

/** What our routes make in memory anyway. All else may be large, and comes from somewhere bit by bit. */
const DOCUMENT = /^(?:application\/(?:[\w.-]+\+)?(?:json|xml)|application\/vnd\.tintype\.|text\/(?:html|plain))/u;

/** Gives each request its number, its log and the origin that it is for: a fault is told with these, so nothing that may fail comes before. */
export function nameRequest(deps: Pick<Deps, "log" | "origin">) {
  return createMiddleware<Env>((c, next) => {
    const requestId = newId();
    c.set("requestId", requestId);
    c.set("log", deps.log.with({ request: requestId }));
    c.set("origin", new URL(deps.origin ?? new URL(c.req.url).origin));
    return next();
  });
}

/** Gives a named request its context, and writes one line when its answer has ended. Of the URL only the route is logged. */
export function startRequest(deps: Pick<Deps, "db" | "store" | "publicStore" | "forwarded" | "queue" | "now">) {
  return createMiddleware<Env>(async (c, next) => {
    const started = performance.now();
    const { requestId, log, origin } = c.var;
    const store = deps.publicStore(origin);
    c.set("store", store);
    const { db, now } = deps;
    const queue = c.env?.queue ?? deps.queue;
    const sign = (wayOf(c) === "same-origin" ? deps.forwarded?.(origin) : undefined) ?? store.sign;
    c.set("ctx", { actor: { kind: "anonymous" }, db, store: { ...deps.store, sign }, queue, now, log, address: addressOf(c) });
    await next();
    c.header("x-request-id", requestId);
    const asked = { method: c.req.method, route: routePath(c, -1), status: c.res.status };
    await measure(c, (bytes, isWhole) => {
      const ms = Math.round((performance.now() - started) * 10) / 10;
      log.info("request", { ...asked, ms, bytes, ...(!isWhole && { whole: false }) });
    });
  });
}

/** Told once, when an answer has ended: how many bytes it had, and whether these were all. */
type Tell = (bytes: number, isWhole: boolean) => void;

/** A document, known to the byte, goes out in one piece instead of chunks; all else is counted on its way, and none of it is held back. */
async function measure(c: Context<Env>, tell: Tell): Promise<void> {
  const { body, headers } = c.res;
  if (!body) return tell(0, true);
  if (DOCUMENT.test(headers.get("content-type") ?? "")) {
    const bytes = await c.res.arrayBuffer();
    c.res = new Response(bytes, c.res);
    c.res.headers.set("content-length", String(bytes.byteLength));
    return tell(bytes.byteLength, true);
  }
  if (c.req.method !== "HEAD") {
    c.res = new Response(counted(body, tell), c.res);
    return undefined;
  }
  // Nobody will read it.
  await body.cancel();
  c.res = new Response(null, c.res);
  return tell(0, true);
}

/** The same bytes, read no sooner than they are asked for. */
function counted(body: ReadableStream<Uint8Array>, tell: Tell): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read().catch((error: unknown) => {
          tell(bytes, false);
          throw error;
        });
        if (done) {
          tell(bytes, true);
          return controller.close();
        }
        bytes += value.byteLength;
        return controller.enqueue(value);
      },
      cancel: async (reason) => {
        tell(bytes, false);
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
