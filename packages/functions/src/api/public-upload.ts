import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Guest from "@tintype/core/guest";
import * as Upload from "@tintype/core/upload";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { LINK_PROBLEMS, linkParams, ofLink } from "./public-link.ts";
import { body, Id, json, PlainText, problems, UploadState } from "./schema.ts";
import { NewFile, Planned } from "./upload-file.ts";

const ofUpload = { ...ofLink, request: { params: linkParams.extend({ id: Id }) } };
const common = [...LINK_PROBLEMS, "invalid", "forbidden", "too_large"] as const;

const plan = createRoute({
  method: "post",
  path: "/{token}/uploads",
  summary: "Plan to send photos or videos through a share link",
  description: "Each goes to the store in one PUT, and waits there for the word of whoever made the link.",
  ...ofLink,
  request: {
    ...ofLink.request,
    body: body(z.object({ files: z.array(NewFile).min(1, "must name a file").max(Upload.MAX_FILES), guestName: PlainText(80).optional() })),
  },
  responses: {
    200: json(z.object({ files: z.array(Planned) }), "What to do with each, in the same order"),
    ...problems(...common, "over_quota", "storage_unavailable"),
  },
});

const status = createRoute({
  method: "post",
  path: "/{token}/uploads/status",
  summary: "Where up to 200 of them stand",
  ...ofLink,
  request: { ...ofLink.request, body: body(z.object({ ids: z.array(Id).min(1).max(200) })) },
  responses: {
    200: json(
      z.object({
        uploads: z.array(
          z.object({
            id: Id,
            state: UploadState,
            reason: z.string().nullable(),
            safe: z.boolean(),
            final: z.boolean().openapi({ description: "Failed, and the same file fails again however often it is sent" }),
            assetId: z.null().openapi({ description: "It is not told what became of it" }),
            revision: z.int().nullable(),
          }),
        ),
      }),
      "Their states; unknown ids are left out",
    ),
    ...problems(...common),
  },
});

const complete = createRoute({
  method: "post",
  path: "/{token}/uploads/{id}/complete",
  summary: "Say that all of one is at the store",
  ...ofUpload,
  request: { ...ofUpload.request, body: body(z.object({})) },
  responses: { 202: json(z.object({ id: Id, state: UploadState }), "Noted; it is looked at next"), ...problems(...common, "gone") },
});

const end = createRoute({
  method: "delete",
  path: "/{token}/uploads/{id}",
  summary: "End one that is not sent yet",
  ...ofUpload,
  responses: { 204: { description: "Ended" }, ...problems(...common) },
});

/** What guests send through a share link. */
export const guestUploads = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(plan, async (c) => {
      const { files, guestName } = c.req.valid("json");
      return c.json({ files: await Guest.plan(c.get("ctx"), files, guestName ?? null) }, 200);
    })
    .openapi(status, async (c) => {
      const sent = await Guest.sent(c.get("ctx"), c.req.valid("json").ids);
      // They are in no timeline of the guest's for which their page would have to wait.
      return c.json({ uploads: sent.map((each) => ({ ...each, assetId: null, revision: each.safe ? 0 : null })) }, 200);
    })
    .openapi(complete, async (c) => c.json(await Guest.complete(c.get("ctx"), c.req.valid("param").id), 202))
    .openapi(end, async (c) => {
      await Guest.end(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });
