import { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps, Env } from "./deps.ts";
import { onError, problem } from "./error.ts";
import { securityHeaders } from "./headers.ts";
import { health } from "./health.ts";
import { metrics } from "./metrics.ts";
import { nameRequest, startRequest } from "./request.ts";

/** What a worker answers over HTTP: the routes of the API for whoever watches a process, and no others. */
export function createWatch(deps: Deps) {
  const app = new OpenAPIHono<Env>();
  app.onError(onError);
  app.use(nameRequest(deps), startRequest(deps), securityHeaders);
  app.notFound((c) =>
    problem(c, { code: "not_found", detail: "This process works in the background: it answers /healthz, /readyz and /metrics." }),
  );
  return app.route("/", health(deps)).route("/", metrics(deps));
}
