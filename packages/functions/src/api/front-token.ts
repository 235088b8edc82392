import { AppError, isSecret } from "@tintype/core/kernel";
import { Hono } from "hono";
import type { Bindings, Deps, Env } from "./deps.ts";
import { onError } from "./error.ts";
import { nameRequest } from "./request.ts";

/** In which what stands in front of a function URL shows that it is ours. */
export const FRONT_HEADER = "x-tintype-front";

type Options = Pick<Deps, "log"> & {
  /** Where the app is reached, through what stands in front. */
  origin: string;
  /** SHA-256 of the token of what stands in front. */
  frontSha256: Uint8Array;
  /** Answers with the API, which it may have to open first; what it throws is answered as in there. */
  answer: (request: Request, bindings: Bindings) => Promise<Response>;
};

/**
 * Lets nothing past but what our router or Worker sends on, where one stands in front: whoever asked the function URL itself could name any address
 * as theirs, and try passwords without end. They are refused before anything is opened, asked or counted, or anybody could keep the database awake.
 * No path is left out: nobody looks after a function's health but by its log.
 */
export function createFront({ frontSha256, answer, ...deps }: Options): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(onError);
  app.use(nameRequest(deps));
  app.all("*", (c) => {
    if (isSecret(c.req.header(FRONT_HEADER) ?? "", frontSha256)) return answer(c.req.raw, c.env);
    throw new AppError("forbidden", `Nothing is answered at this address. Ask ${deps.origin} instead.`);
  });
  return app;
}
