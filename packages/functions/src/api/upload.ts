import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Upload from "@tintype/core/upload";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { body, Id, json, problems, SignedRequest, UploadState } from "./schema.ts";
import { NewFile, Planned } from "./upload-file.ts";

const TOO_MANY = `must name at most ${Upload.MAX_FILES} files; send the others in the next request`;
const params = z.object({ id: Id });
const common = ["invalid", "unauthenticated", "too_large", "internal"] as const;
const ofStore = [...common, "storage_unavailable"] as const;

const facts = { id: Id, state: UploadState, reason: z.string().nullable(), assetId: Id.nullable() };

const plan = createRoute({
  method: "post",
  path: "/uploads",
  summary: `Plan the upload of up to ${Upload.MAX_FILES} files`,
  request: {
    body: body(
      z.object({
        files: z.array(NewFile).min(1, "must name a file").max(Upload.MAX_FILES, TOO_MANY),
        albumId: Id.optional().openapi({ description: "The album that they go into" }),
      }),
    ),
  },
  responses: {
    200: json(z.object({ files: z.array(Planned) }), "What to do with each, in the same order"),
    ...problems(...ofStore, "forbidden", "not_found"),
  },
});

const parts = createRoute({
  method: "post",
  path: "/uploads/{id}/parts",
  summary: "Sign parts of a multipart upload",
  request: {
    params,
    body: body(
      z
        .object({ from: z.int().min(1), to: z.int().min(1).max(10_000) })
        .refine(({ from, to }) => to >= from && to - from < 50, { path: ["to"], error: "must be 0 to 49 above from" }),
    ),
  },
  responses: {
    200: json(z.object({ parts: z.array(z.object({ number: z.int(), request: SignedRequest })) }), "The signed requests"),
    ...problems(...ofStore, "not_found", "conflict"),
  },
});

const view = createRoute({
  method: "get",
  path: "/uploads/{id}",
  summary: "Where an upload stands, with the parts that have arrived",
  request: { params },
  responses: {
    200: json(z.object({ ...facts, parts: z.array(z.object({ number: z.int(), size: z.int() })).optional() }), "Its state"),
    ...problems("unauthenticated", "not_found", "storage_unavailable", "internal"),
  },
});

const Sent = z.object({ number: z.int().min(1).max(10_000), etag: z.string().max(200) });
const complete = createRoute({
  method: "post",
  path: "/uploads/{id}/complete",
  summary: "Say that all bytes have arrived at the store",
  request: { params, body: body(z.object({ parts: z.array(Sent).max(10_000).optional() })) },
  responses: {
    202: json(z.object({ id: Id, state: UploadState }), "Noted; ingest verifies the bytes"),
    ...problems(...ofStore, "not_found", "conflict", "gone", "stale"),
  },
});

const status = createRoute({
  method: "post",
  path: "/uploads/status",
  summary: "Where up to 200 uploads stand",
  request: { body: body(z.object({ ids: z.array(Id).min(1).max(200) })) },
  responses: {
    200: json(
      z.object({ uploads: z.array(z.object({ ...facts, safe: z.boolean(), revision: z.int().nullable() })) }),
      "Their states; unknown ids are left out",
    ),
    ...problems(...common),
  },
});

const abort = createRoute({
  method: "delete",
  path: "/uploads/{id}",
  summary: "End an upload",
  request: { params },
  responses: { 204: { description: "Ended" }, ...problems("unauthenticated", "not_found", "conflict", "storage_unavailable", "internal") },
});

/** Announcing, completing, following and aborting uploads; the bytes go to the store. */
export const uploads = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(plan, async (c) => {
      const { files, albumId } = c.req.valid("json");
      return c.json({ files: await Upload.plan(c.get("ctx"), files, albumId) }, 200);
    })
    .openapi(status, async (c) => c.json({ uploads: await Upload.status(c.get("ctx"), c.req.valid("json").ids) }, 200))
    .openapi(parts, async (c) => c.json({ parts: await Upload.signParts(c.get("ctx"), c.req.valid("param").id, c.req.valid("json")) }, 200))
    .openapi(view, async (c) => c.json(await Upload.view(c.get("ctx"), c.req.valid("param").id), 200))
    .openapi(complete, async (c) => c.json(await Upload.complete(c.get("ctx"), c.req.valid("param").id, c.req.valid("json").parts), 202))
    .openapi(abort, async (c) => {
      await Upload.abort(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });
