import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Trash from "@tintype/core/trash";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, problems } from "./schema.ts";

const Deleted = json(z.object({ deleted: z.int() }), "How many photos were deleted for good");

const empty = createRoute({
  method: "post",
  path: "/bin/empty",
  summary: "Delete everything in the bin for good",
  description: "What is locked only while this browser is unlocked. Their bytes leave the storage soon afterwards.",
  responses: { 200: Deleted, ...problems("unauthenticated", "forbidden", "internal") },
});

const remove = createRoute({
  method: "post",
  path: "/bin/delete",
  summary: "Delete photos of the bin for good; those that are not in the bin are left alone",
  request: { body: body(z.object({ ids: z.array(Id).min(1).max(10_000) })) },
  responses: { 200: Deleted, ...problems("invalid", "unauthenticated", "forbidden", "too_large", "internal") },
});

/** The end of what lies in the bin. What is restored from it is marked so: see `/assets/mark`. */
export const bin = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(empty, async (c) => c.json({ deleted: await Trash.empty(c.get("ctx")) }, 200))
    .openapi(remove, async (c) => c.json({ deleted: await Trash.remove(c.get("ctx"), c.req.valid("json").ids) }, 200));
