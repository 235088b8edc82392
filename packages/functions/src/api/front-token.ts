import { AppError, isSecret } from "@tintype/core/kernel";
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Deps, Env } from "./deps.ts";

/** In which what stands in front of a function URL shows that it is ours. */
export const FRONT_HEADER = "x-tintype-front";

/**
 * Lets nothing past but what our router or Worker sends on, where one stands in front: whoever asked the function URL itself could name any address
 * as theirs, and try passwords without end. No path is left out: nobody looks after a function's health but by its log.
 */
export function requireFront({ frontSha256 }: Pick<Deps, "frontSha256">): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    if (frontSha256 === undefined || isSecret(c.req.header(FRONT_HEADER) ?? "", frontSha256)) return next();
    throw new AppError("forbidden", `Nothing is answered at this address. Ask ${c.get("origin").origin} instead.`);
  });
}
