import type { Context } from "hono";
import type { Env } from "./deps.ts";

/** Whether the client has the state with this tag (in quotes, without `W/`) already. */
export function isKnown(c: Context<Env>, tag: string): boolean {
  return (c.req.header("if-none-match") ?? "").split(",").some((known) => known.trim().replace(/^W\//u, "") === tag);
}
