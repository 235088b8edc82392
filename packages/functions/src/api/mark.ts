import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Mark from "@tintype/core/mark";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { PlacedRange } from "./range.ts";
import { body, Id, json, problems } from "./schema.ts";

const MAX_IDS = 10_000;
const MAX_RANGES = 10_000;

/** What a selection of photos is, where something is done to many of them. */
export const Selection = z
  .object({ ids: z.array(Id).max(MAX_IDS).default([]), ranges: z.array(PlacedRange).max(MAX_RANGES).default([]) })
  .refine(({ ids, ranges }) => ids.length + ranges.length > 0, "must name photos")
  .openapi("Selection", { description: "Photos by id, and by their place in the timeline: those need not be known" });

const Change = z
  .union([
    z.strictObject({ favourite: z.boolean() }),
    z.strictObject({ rating: z.int().min(1).max(5).nullable() }),
    z.strictObject({ archived: z.boolean() }),
    z.strictObject({ locked: z.boolean() }),
    z.strictObject({ trashed: z.boolean() }),
  ])
  .openapi("Change", { description: "Exactly one thing; a rating of null is none" });

export const Token = Id.openapi({
  description: "A new id of your choice, by which it can be undone for a day; several requests may share one",
});
const Changed = json(z.object({ changed: z.int() }), "How many photos were changed");

const mark = createRoute({
  method: "post",
  path: "/assets/mark",
  summary: "Make photos favourites, rate, archive or lock them, or put them into the bin",
  description:
    "`stale` when a month of the selection has another revision now: nothing was changed, ask for the changes of the timeline first.",
  request: { body: body(z.object({ selection: Selection, change: Change, token: Token })) },
  responses: {
    200: Changed,
    ...problems("invalid", "unauthenticated", "forbidden", "not_found", "stale", "locked", "too_large", "internal"),
  },
});

const undo = createRoute({
  method: "post",
  path: "/assets/undo",
  summary: "Make photos as they were before they were marked with this token",
  request: { body: body(z.object({ token: Id })) },
  responses: { 200: Changed, ...problems("invalid", "unauthenticated", "forbidden", "locked", "too_large", "internal") },
});

/** What is done to photos, one or many, and undone. */
export const marks = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(mark, async (c) => {
      const { selection, change, token } = c.req.valid("json");
      return c.json(await Mark.mark(c.get("ctx"), selection, change, token), 200);
    })
    .openapi(undo, async (c) => c.json(await Mark.undo(c.get("ctx"), c.req.valid("json").token), 200));
