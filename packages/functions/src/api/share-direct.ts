import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Share from "@tintype/core/share";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, problems } from "./schema.ts";

const WEEK_S = 7 * 86_400;
const Direct = z
  .object({ id: Id, assetId: Id.nullable(), name: z.string(), createdAt: z.iso.datetime(), expiresAt: z.iso.datetime() })
  .openapi("DirectLink");

const getDirect = createRoute({
  method: "get",
  path: "/direct-links",
  summary: "The direct links that still work, newest first",
  responses: {
    200: json(z.object({ links: z.array(Direct) }), "What they lead to"),
    ...problems("unauthenticated", "forbidden", "internal"),
  },
});

const postDirect = createRoute({
  method: "post",
  path: "/direct-links",
  summary: "A signed address of one original, for other programs",
  description: "It works until it expires, whatever is done here meanwhile: it cannot be revoked.",
  request: {
    body: body(z.object({ assetId: Id, seconds: z.int().min(1, "must be at least a second").max(WEEK_S, "must be at most 7 days") })),
  },
  responses: {
    201: json(Direct.extend({ url: z.url() }), "The address, told this once"),
    ...problems("invalid", "unauthenticated", "forbidden", "not_found", "storage_unavailable", "too_large", "internal"),
  },
});

/** Direct links to originals. */
export const directLinks = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getDirect, async (c) => c.json({ links: await Share.listDirect(c.get("ctx")) }, 200))
    .openapi(postDirect, async (c) => {
      const { assetId, seconds } = c.req.valid("json");
      return c.json(await Share.createDirect(c.get("ctx"), assetId, seconds), 201);
    });
