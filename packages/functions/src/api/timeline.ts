import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { encode, GEOMETRY_TYPE } from "@tintype/core/geometry";
import { userOf } from "@tintype/core/kernel";
import * as Asset from "@tintype/core/asset";
import * as Timeline from "@tintype/core/timeline";
import type { Context } from "hono";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { createPackedCache, type PackedCache } from "./packed.ts";
import { isKnown } from "./etag.ts";
import { Head, Ranges } from "./range.ts";
import { Id, itemColumns, json, problems } from "./schema.ts";

const CACHE = "private, no-cache";
const Binary = z.string().openapi({ format: "binary", description: "core/geometry tells the format" });
const packed = (description: string) => ({ description, content: { [GEOMETRY_TYPE]: { schema: Binary } } });

const geometry = createRoute({
  method: "get",
  path: "/timeline/geometry",
  summary: "The geometry of the whole timeline",
  description: "Binary. Its ETag is EPOCH.REVISION: revisions of another account, or of a database that was lost, have another epoch.",
  responses: {
    200: packed("All months"),
    304: { description: "Nothing has changed since If-None-Match" },
    ...problems("unauthenticated", "internal"),
  },
});

const changes = createRoute({
  method: "get",
  path: "/timeline/changes",
  summary: "The months that changed since a revision",
  description: "`stale` when that revision is not of this timeline: load the geometry.",
  request: {
    query: z.object({ since: Head }),
  },
  responses: { 200: packed("The changed months; count 0 = gone"), ...problems("invalid", "unauthenticated", "stale", "internal") },
});

const Items = z.object({ month: z.array(z.int()), stale: z.array(z.boolean()), ...itemColumns }).openapi("Items", {
  description: "Columns; month and stale have one entry per range, the others one per item of the ranges that are not stale",
});

const items = createRoute({
  method: "get",
  path: "/timeline/items",
  summary: `Up to ${Asset.MAX_ITEMS} items of the timeline`,
  request: { query: z.object({ ranges: Ranges }) },
  responses: { 200: json(Items, "The items"), ...problems("invalid", "unauthenticated", "internal") },
});

const locate = createRoute({
  method: "get",
  path: "/timeline/locate",
  summary: "Where an asset is in the timeline",
  request: { query: z.object({ id: Id }) },
  responses: {
    200: json(z.object({ month: z.int(), revision: z.int(), index: z.int() }), "Its place"),
    ...problems("invalid", "unauthenticated", "not_found", "internal"),
  },
});

/** The timeline: its geometry, what changed in it, and ranges of its items. `cacheOf` a request is where encoded geometries are kept. */
export const timeline = (cacheOf: (c: Context<Env>) => PackedCache = inMemory()) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(geometry, async (c) => {
      const ctx = c.get("ctx");
      const head = await Timeline.head(ctx, c.get("head"));
      const current = `"${head.epoch}.${head.revision}"`;
      const etag = `W/${current}`;
      const headers = { etag, "cache-control": CACHE, vary: "accept-encoding" };
      if (isKnown(c, current)) return c.body(null, 304, headers);
      const gzip = /\bgzip\b/u.test(c.req.header("accept-encoding") ?? "");
      const bytes = await cacheOf(c).get(`${userOf(ctx)}:${current}`, gzip, async () => encode(await Timeline.geometry(ctx, head)));
      if (gzip) c.header("content-encoding", "gzip");
      return c.body(bytes, 200, { ...headers, "content-type": GEOMETRY_TYPE, "content-length": String(bytes.length) });
    })
    .openapi(changes, async (c) => {
      const { epoch, ...patch } = await Timeline.changes(c.get("ctx"), c.req.valid("query").since, c.get("head"));
      const headers = { etag: `W/"${epoch}.${patch.revision}"`, "content-type": GEOMETRY_TYPE, "cache-control": "no-store" };
      return c.body(encode(patch), 200, headers);
    })
    .openapi(items, async (c) => c.json(await Timeline.items(c.get("ctx"), c.req.valid("query").ranges), 200))
    .openapi(locate, async (c) => c.json(await Timeline.locate(c.get("ctx"), c.req.valid("query").id), 200));

function inMemory(): () => PackedCache {
  const cache = createPackedCache();
  return () => cache;
}
