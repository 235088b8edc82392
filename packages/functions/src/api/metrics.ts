import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "@tintype/core/kernel";
import type { Deps, Env } from "./deps.ts";
import { problems } from "./schema.ts";
import { showsToken } from "./token.ts";

const read = createRoute({
  method: "get",
  path: "/metrics",
  summary: "What a Prometheus reads",
  security: [{ token: [] }],
  responses: {
    200: { description: "Its text format", content: { "text/plain": { schema: z.string() } } },
    ...problems("unauthenticated", "not_found", "internal"),
  },
});

/** `/metrics`, for whoever has the token that `tintype metrics` prints. */
export const metrics = ({ metrics: found }: Deps) =>
  new OpenAPIHono<Env>().openapi(read, async (c) => {
    if (!found) throw new AppError("not_found", "There are no metrics here.");
    if (!showsToken(c.req.header("authorization"), found.tokenSha256)) {
      throw new AppError("unauthenticated", "Send the token that `tintype metrics` prints: Authorization: Bearer <token>.");
    }
    const { type, text } = await found.read();
    return c.text(text, 200, { "content-type": type });
  });
