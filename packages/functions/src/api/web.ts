import type { Context } from "hono";
import type { Deps, Env } from "./deps.ts";

const YEAR = "public, max-age=31536000, immutable";

/**
 * The file of the built web app for a GET outside `/api`; undefined when there is none. Hashed assets never change; every path without an
 * extension is a page of the app, which decides itself what to show.
 */
export async function webFile(web: NonNullable<Deps["web"]>, c: Context<Env>): Promise<Response | undefined> {
  const { path } = c.req;
  if (path === "/api" || path.startsWith("/api/")) return undefined;
  // What there is of share links is told by their own routes; only their page's files are files.
  if (path === "/s" || (path.startsWith("/s/") && !path.startsWith("/s/assets/"))) return undefined;
  const isPage = !/\.[^/]+$/u.test(path);
  const file = await web(isPage ? "/index.html" : path);
  if (!file) return undefined;
  const answer = new Response(file.body, file);
  answer.headers.set("cache-control", /^\/(?:s\/)?assets\//u.test(path) ? YEAR : "no-cache");
  return answer;
}
