import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Share from "@tintype/core/share";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Bytes, Id, json, PAGE, PlainText, problems } from "./schema.ts";

const instant = z.iso.datetime();
const MAX_PHOTOS = 20_000;

const options = {
  title: PlainText(200).optional().openapi({ description: "Of photos that were picked by hand; an album has its own" }),
  password: z.string().max(128, "must have at most 128 characters").nullable().optional(),
  expiresAt: instant.nullable().optional(),
  allowDownload: z.boolean().optional(),
  allowOriginals: z.boolean().optional(),
  allowUpload: z.boolean().optional(),
  hideMetadata: z.boolean().optional(),
  frameOrigins: z.array(z.string().max(200)).max(10, "must be at most 10").optional(),
  budgetBytes: Bytes.nullable().optional(),
  uploadLimitBytes: Bytes.optional(),
  uploadLimitCount: z.int().min(0, "must not be negative").max(100_000, "must be at most 100,000").optional(),
};

const NewLink = z
  .object({
    albumId: Id.optional(),
    assetIds: z.array(Id).min(1, "must name a photo").max(MAX_PHOTOS, `must be at most ${MAX_PHOTOS}`).optional(),
    slug: z.string().max(64).optional().openapi({ description: "A name in place of a token; needs a password" }),
    ...options,
  })
  .refine(({ albumId, assetIds }) => (albumId === undefined) !== (assetIds === undefined), "Give albumId or assetIds.")
  .refine(({ albumId, title }) => albumId === undefined || title === undefined, { path: ["title"], error: "is that of the album itself" });

const Link = z
  .object({
    id: Id,
    album: z.object({ id: Id, title: z.string(), kind: z.enum(["album", "selection"]), count: z.int() }),
    state: z.enum(["open", "expired", "revoked", "spent"]),
    slug: z.string().nullable(),
    hasPassword: z.boolean(),
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    createdAt: instant,
    allowDownload: z.boolean(),
    allowOriginals: z.boolean(),
    allowUpload: z.boolean(),
    hideMetadata: z.boolean(),
    frameOrigins: z.array(z.string()),
    views: z.int(),
    budgetBytes: z.int().nullable(),
    egressBytes: z.int().openapi({ description: "Handed out in this calendar month (UTC)" }),
    uploadLimitBytes: z.int(),
    uploadLimitCount: z.int(),
    uploadedBytes: z.int(),
    uploadedCount: z.int(),
  })
  .openapi("Link");

const common = ["unauthenticated", "forbidden", "invalid", "internal"] as const;

const getLinks = createRoute({
  method: "get",
  path: "/links",
  summary: "One's share links, or those of one album, newest first, 100 at a time",
  request: { query: z.object({ album: Id.optional(), after: Id.optional() }) },
  responses: { 200: json(z.object({ links: z.array(Link), next: Id.nullable() }), PAGE), ...problems(...common) },
});

const Made = z.object({ id: Id, albumId: Id, url: z.url().openapi({ description: "Told this once: only its fingerprint is kept" }) });
const postLink = createRoute({
  method: "post",
  path: "/links",
  summary: "Share an album or photos by a link",
  request: { body: body(NewLink) },
  responses: { 201: json(Made, "Its address"), ...problems(...common, "not_found", "conflict", "too_large") },
});

const patchLink = createRoute({
  method: "patch",
  path: "/links/{id}",
  summary: "Change what a share link allows",
  request: { params: z.object({ id: Id }), body: body(z.object(options)) },
  responses: { 204: { description: "Changed" }, ...problems(...common, "not_found", "too_large") },
});

const deleteLink = createRoute({
  method: "delete",
  path: "/links/{id}",
  summary: "Revoke a share link",
  request: { params: z.object({ id: Id }) },
  responses: { 204: { description: "It is closed" }, ...problems(...common, "not_found") },
});

/** Share links, for who makes them. */
export const links = ({ passwords }: Pick<Deps, "passwords">) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getLinks, async (c) => c.json(await Share.list(c.get("ctx"), c.req.valid("query")), 200))
    .openapi(postLink, async (c) => {
      const { albumId, assetIds = [], title = "Shared photos", slug, ...given } = c.req.valid("json");
      const shared = albumId === undefined ? { ids: assetIds, title } : { albumId };
      const made = await Share.create(c.get("ctx"), { shared, slug, ...optionsOf(given) }, passwords.hash);
      const url = new URL(`/s/${made.token ?? slug}`, c.get("origin")).href;
      return c.json({ id: made.id, albumId: made.albumId, url }, 201);
    })
    .openapi(patchLink, async (c) => {
      await Share.update(c.get("ctx"), c.req.valid("param").id, optionsOf(c.req.valid("json")), passwords.hash);
      return c.body(null, 204);
    })
    .openapi(deleteLink, async (c) => {
      await Share.revoke(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });

type Given = z.infer<z.ZodObject<typeof options>>;

function optionsOf({ expiresAt, ...given }: Given): Share.LinkChange {
  const until = expiresAt === undefined || expiresAt === null ? expiresAt : new Date(expiresAt);
  return Object.fromEntries(Object.entries({ ...given, expiresAt: until }).filter(([, value]) => value !== undefined));
}
