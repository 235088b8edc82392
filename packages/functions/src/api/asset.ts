import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Asset from "@tintype/core/asset";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { AssetState, body, Id, json, MediaKind, problems } from "./schema.ts";

const params = z.object({ id: Id });
const number = z.number().nullable();
const text = z.string().nullable();

const Exif = z.object({
  make: z.string().optional(),
  model: z.string().optional(),
  lens: z.string().optional(),
  software: z.string().optional(),
  fNumber: z.number().optional(),
  exposureSeconds: z.number().optional(),
  iso: z.number().optional(),
  focalLength: z.number().optional(),
  focalLength35: z.number().optional(),
  altitude: z.number().optional(),
  title: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  rating: z.number().optional(),
  colourProfile: z.string().optional(),
  codec: z.string().optional().openapi({ description: "Of a video", example: "hevc" }),
  partial: z.boolean().optional(),
});

/** What a photo tells of itself: when, where, in what words, and by which camera. */
export const aboutFields = {
  localAt: z.string(),
  offsetMinutes: z.number().nullable(),
  zone: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  description: z.string().nullable(),
  exif: Exif,
};

/** Which tag or fallback each field came from. */
const Provenance = z.object({
  localAt: z.string().optional(),
  offset: z.string().optional(),
  position: z.string().optional(),
  description: z.string().optional(),
  orientation: z.string().optional(),
});

const Detail = z
  .object({
    id: Id,
    kind: MediaKind,
    state: AssetState,
    reason: text,
    name: z.string(),
    type: z.string(),
    size: z.int(),
    width: number,
    height: number,
    durationMs: number,
    ...aboutFields,
    takenAt: text,
    provenance: Provenance,
    favourite: z.boolean(),
    references: z.int().openapi({ description: "How many people have saved it to their libraries" }),
    isReference: z.boolean().openapi({ description: "Saved from somebody who shared it, with whom its bytes lie" }),
    rating: z.int().min(1).max(5).nullable(),
    archived: z.boolean(),
    locked: z.boolean(),
    trashedAt: text,
    key: z.string(),
    createdAt: z.string(),
    sha256: z.string(),
    urls: z.object({ thumb: text, preview: text, original: text, download: text }),
  })
  .openapi("Asset");

const get = createRoute({
  method: "get",
  path: "/assets/{id}",
  summary: "Everything of one asset, with presigned URLs",
  request: { params },
  responses: { 200: json(Detail, "The asset"), ...problems("unauthenticated", "forbidden", "not_found", "internal") },
});

const original = createRoute({
  method: "get",
  path: "/assets/{id}/original",
  summary: "Save the original",
  request: { params },
  responses: { 302: { description: "Where it is, for a while" }, ...problems("unauthenticated", "forbidden", "not_found", "internal") },
});

const downloads = createRoute({
  method: "post",
  path: "/assets/downloads",
  summary: `Presigned URLs of up to ${Asset.MAX_ITEMS} originals`,
  request: { body: body(z.object({ ids: z.array(Id).min(1).max(Asset.MAX_ITEMS) })) },
  responses: {
    200: json(
      z.object({
        files: z.array(z.object({ id: Id, name: z.string(), size: z.int(), localAt: z.string(), url: z.string() })),
        missing: z.array(z.object({ id: Id, name: text })),
      }),
      "The files, and what is not in storage or not in the library any more, each in the order asked for",
    ),
    ...problems("invalid", "unauthenticated", "forbidden", "not_found", "too_large", "internal"),
  },
});

/** One asset in full, and addresses to save originals from. */
export const assets = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(downloads, async (c) => c.json(await Asset.downloads(c.get("ctx"), c.req.valid("json").ids), 200))
    .openapi(get, async (c) => c.json(await Asset.get(c.get("ctx"), c.req.valid("param").id), 200))
    .openapi(original, async (c) => c.redirect(await Asset.original(c.get("ctx"), c.req.valid("param").id), 302));
