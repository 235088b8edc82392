import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Asset from "@tintype/core/asset";
import * as Collection from "@tintype/core/collection";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { downloadsAnswer, geometryAnswers, idsBody, itemsAnswer, KEPT, keptAnswer, ListedIds, sendGeometry, viewAnswer } from "./listed.ts";
import { Token } from "./mark.ts";
import { body, Id, problems } from "./schema.ts";

const own = z.object({ kind: z.enum(["favourites", "archive", "locked", "bin", "held"]) });
const ofOwn = ["unauthenticated", "forbidden", "not_found", "locked", "internal"] as const;
const album = z.object({ id: Id });
const photo = z.object({ id: Id, assetId: Id });
const ofAlbum = ["unauthenticated", "forbidden", "not_found", "internal"] as const;

const ownGeometry = createRoute({
  method: "get",
  path: "/collections/{kind}/geometry",
  summary: "The geometry of one's favourites, archive, locked folder, bin, or of what waits to be accepted",
  request: { params: own },
  responses: { ...geometryAnswers, ...problems(...ofOwn) },
});

const ownItems = createRoute({
  method: "post",
  path: "/collections/{kind}/items",
  summary: `Up to ${Asset.MAX_ITEMS} items of it, by their ids`,
  request: { params: own, body: idsBody },
  responses: { 200: itemsAnswer, ...problems(...ofOwn, "invalid", "too_large") },
});

const albumGeometry = createRoute({
  method: "get",
  path: "/albums/{id}/geometry",
  summary: "The geometry of an album",
  request: { params: album },
  responses: { ...geometryAnswers, ...problems(...ofAlbum) },
});

const albumItems = createRoute({
  method: "post",
  path: "/albums/{id}/items",
  summary: `Up to ${Asset.MAX_ITEMS} items of an album, by their ids`,
  request: { params: album, body: idsBody },
  responses: { 200: itemsAnswer, ...problems(...ofAlbum, "invalid", "too_large") },
});

const albumPhoto = createRoute({
  method: "get",
  path: "/albums/{id}/assets/{assetId}",
  summary: "One photo of an album, with presigned URLs",
  request: { params: photo },
  responses: { 200: viewAnswer, ...problems(...ofAlbum) },
});

const albumOriginal = createRoute({
  method: "get",
  path: "/albums/{id}/assets/{assetId}/original",
  summary: "Save the original of a photo of an album",
  request: { params: photo },
  responses: { 302: { description: "Where it is, for a while" }, ...problems(...ofAlbum, "conflict") },
});

const albumDownloads = createRoute({
  method: "post",
  path: "/albums/{id}/downloads",
  summary: `Presigned URLs of up to ${Asset.MAX_ITEMS} originals of an album`,
  request: { params: album, body: idsBody },
  responses: { 200: downloadsAnswer, ...problems(...ofAlbum, "invalid", "too_large") },
});

const albumSave = createRoute({
  method: "post",
  path: "/albums/{id}/save",
  summary: `Save up to ${Asset.MAX_ITEMS} photos that are shared in an album to one's own library`,
  description: KEPT,
  request: { params: album, body: body(z.object({ ids: ListedIds, token: Token.optional() })) },
  responses: { 200: keptAnswer, ...problems(...ofAlbum, "invalid", "too_large") },
});

const inAlbum = (id: string) => ({ kind: "album", id }) as const;

/** The photos of what a grid shows besides the timeline. */
export const collections = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(ownGeometry, (c) => sendGeometry(c, c.req.valid("param")))
    .openapi(ownItems, async (c) => c.json(await Collection.items(c.get("ctx"), c.req.valid("param"), c.req.valid("json").ids), 200))
    .openapi(albumGeometry, (c) => sendGeometry(c, inAlbum(c.req.valid("param").id)))
    .openapi(albumItems, async (c) =>
      c.json(await Collection.items(c.get("ctx"), inAlbum(c.req.valid("param").id), c.req.valid("json").ids), 200),
    )
    .openapi(albumPhoto, async (c) => {
      const { id, assetId } = c.req.valid("param");
      return c.json(await Collection.get(c.get("ctx"), inAlbum(id), assetId), 200);
    })
    .openapi(albumOriginal, async (c) => {
      const { id, assetId } = c.req.valid("param");
      return c.redirect(await Collection.original(c.get("ctx"), inAlbum(id), assetId), 302);
    })
    .openapi(albumSave, async (c) => {
      const { ids, token } = c.req.valid("json");
      const ctx = c.get("ctx");
      return c.json(await Collection.keep(ctx, ctx, inAlbum(c.req.valid("param").id), ids, token), 200);
    })
    .openapi(albumDownloads, async (c) =>
      c.json(await Collection.downloads(c.get("ctx"), inAlbum(c.req.valid("param").id), c.req.valid("json").ids), 200),
    );
