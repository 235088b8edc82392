import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Guest from "@tintype/core/guest";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { Token } from "./mark.ts";
import { body, Id, json, problems } from "./schema.ts";

const params = z.object({ id: Id });
const common = ["unauthenticated", "forbidden", "not_found", "internal"] as const;
const Held = z.object({ id: Id, guestName: z.string().nullable(), name: z.string(), isVideo: z.boolean(), sentAt: z.iso.datetime() });

const getHeld = createRoute({
  method: "get",
  path: "/albums/{id}/held",
  summary: "What guests have sent to an album and waits for its owner, oldest first",
  request: { params },
  responses: { 200: json(z.object({ photos: z.array(Held) }), "The photos"), ...problems(...common) },
});

const postHeld = createRoute({
  method: "post",
  path: "/albums/{id}/held",
  summary: "Take what waits into the album, or put it into the bin",
  request: { params, body: body(z.object({ ids: z.array(Id).min(1).max(1000), accept: z.boolean(), token: Token.optional() })) },
  responses: { 200: json(z.object({ count: z.int() }), "How many of these waited"), ...problems(...common, "invalid", "too_large") },
});

const undoHeld = createRoute({
  method: "post",
  path: "/albums/{id}/held/undo",
  summary: "Let what you accepted or declined with this token wait again, save what was changed since",
  request: { params, body: body(z.object({ token: Id })) },
  responses: { 200: json(z.object({ count: z.int() }), "How many wait again"), ...problems(...common, "invalid", "too_large") },
});

/** Photos of guests that wait for a word. */
export const heldPhotos = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(getHeld, async (c) => c.json({ photos: await Guest.held(c.get("ctx"), c.req.valid("param").id) }, 200))
    .openapi(postHeld, async (c) => {
      const { ids, accept, token } = c.req.valid("json");
      return c.json({ count: await Guest.decide(c.get("ctx"), c.req.valid("param").id, ids, accept, token) }, 200);
    })
    .openapi(undoHeld, async (c) => {
      const count = await Guest.undo(c.get("ctx"), c.req.valid("param").id, c.req.valid("json").token);
      return c.json({ count }, 200);
    });
