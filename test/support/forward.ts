import { type HttpServer, serveHttp } from "../../packages/functions/src/adapters/http-node.ts";
import type { Forward } from "../../packages/functions/src/adapters/store-forward.ts";

/** A server of which everything but what is forwarded answers `from the app`. */
export function serveForward(forward: Forward): Promise<HttpServer> {
  const fromApp = (): Response => new Response("from the app", { headers: { "content-type": "text/plain" } });
  return serveHttp({ fetch: fromApp, host: "127.0.0.1", port: 0, setting: "PORT", forward });
}
