import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server } from "node:http";

/** Requests to a store by what they cost: those that put, copy or list, those that read, and those that are free. */
export type Requests = { writes: string[]; reads: string[]; free: string[] };

/** What a photo may ask of a store at most, from its upload until it is shown. */
export const MOST = { writes: 6, reads: 4 };

const STARTED = "http.server.request.start";

/** Collects what is asked of a server in this process, as `METHOD path`, from now on; `take` gives it and begins anew. */
export function watchRequests(url: string): { take: () => Requests; stop: () => void } {
  const port = Number(new URL(url).port);
  let seen = none();
  const onRequest = (message: unknown): void => {
    const { request, server } = message as { request: IncomingMessage; server: Server };
    const address = server.address();
    const isOurs = typeof address === "object" && address?.port === port;
    if (isOurs) seen[classOf(request)].push(`${request.method} ${request.url?.split("?X-Amz")[0]}`);
  };
  subscribe(STARTED, onRequest);
  return {
    take: () => {
      const taken = seen;
      seen = none();
      return taken;
    },
    stop: () => unsubscribe(STARTED, onRequest),
  };
}

/** How many there were of each method, in the order of their names; a listing is a GET that is paid as a write. */
export function countsOf({ writes, reads }: Requests): Record<string, number> {
  const methods = [...writes, ...reads].map((request) => request.split(" ")[0] ?? "").toSorted();
  return Object.fromEntries(methods.map((method) => [method, methods.filter((other) => other === method).length]));
}

/** As AWS and Cloudflare class them. */
function classOf({ method, url = "" }: IncomingMessage): keyof Requests {
  const { searchParams } = new URL(url, "http://store.test");
  const has = (...names: string[]): boolean => names.some((name) => searchParams.has(name));
  if (method === "DELETE" || method === "OPTIONS" || (method === "POST" && has("delete"))) return "free";
  if (method === "HEAD") return "reads";
  // Listings of objects, of uploads and of parts.
  if (method === "GET") return has("list-type", "uploads", "uploadId") || /^\/[^/]+\/?(?:\?|$)/u.test(url) ? "writes" : "reads";
  return "writes";
}

function none(): Requests {
  return { writes: [], reads: [], free: [] };
}
