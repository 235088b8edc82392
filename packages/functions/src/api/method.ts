import type { Hono } from "hono";

/** A router to ask what it would answer. */
export type Routed = Pick<Hono, "router">;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** The paths of the handlers (not of middleware, which are for all methods) that `method` finds at `path`. */
export function routesAt(app: Routed, method: string, path: string): string[] {
  const [matches] = app.router.match(method === "HEAD" ? "GET" : method, path);
  return matches.flatMap(([[, route]]) => (route.method === "ALL" ? [] : [route.path]));
}

/** The methods that do answer at `path`. */
export function methodsAt(app: Routed, path: string): string[] {
  return METHODS.filter((method) => routesAt(app, method, path).length > 0);
}
