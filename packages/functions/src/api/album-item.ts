import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Album from "@tintype/core/album";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { Selection } from "./mark.ts";
import { body, Id, json, problems } from "./schema.ts";

const params = z.object({ id: Id });
const write = ["unauthenticated", "forbidden", "not_found", "internal", "invalid", "too_large"] as const;

const add = createRoute({
  method: "post",
  path: "/albums/{id}/add",
  summary: "Add photos of your own",
  request: { params, body: body(Selection) },
  responses: {
    200: json(z.object({ added: z.int(), present: z.int() }), "How many were added, and were there before"),
    ...problems(...write, "stale"),
  },
});

const take = createRoute({
  method: "post",
  path: "/albums/{id}/remove",
  summary: "Take photos out; they stay in the library",
  request: { params, body: body(z.object({ ids: z.array(Id).min(1).max(20_000) })) },
  responses: {
    200: json(
      z.object({ removed: z.int(), left: z.int(), token: Id }),
      "How many were taken out, how many others brought and you may not, and what to put them back with",
    ),
    ...problems(...write),
  },
});

const putBack = createRoute({
  method: "post",
  path: "/albums/{id}/restore",
  summary: "Put back what you took out, as it was, within a day",
  request: { params, body: body(z.object({ token: Id })) },
  responses: { 200: json(z.object({ restored: z.int() }), "How many are in it again"), ...problems(...write) },
});

const order = createRoute({
  method: "post",
  path: "/albums/{id}/order",
  summary: "Move photos of an album that is ordered by hand",
  request: { params, body: body(z.object({ ids: z.array(Id).min(1).max(500), before: Id.nullable() })) },
  responses: { 204: { description: "They are before it, or at the end" }, ...problems(...write, "conflict") },
});

/** What is put into albums, moved there and taken out. */
export const albumItems = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(add, async (c) => c.json(await Album.add(c.get("ctx"), c.req.valid("param").id, c.req.valid("json")), 200))
    .openapi(take, async (c) => c.json(await Album.take(c.get("ctx"), c.req.valid("param").id, c.req.valid("json").ids), 200))
    .openapi(putBack, async (c) => {
      const restored = await Album.putBack(c.get("ctx"), c.req.valid("param").id, c.req.valid("json").token);
      return c.json({ restored }, 200);
    })
    .openapi(order, async (c) => {
      await Album.move(c.get("ctx"), c.req.valid("param").id, c.req.valid("json"));
      return c.body(null, 204);
    });
