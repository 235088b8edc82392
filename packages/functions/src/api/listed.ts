import { z } from "@hono/zod-openapi";
import * as Asset from "@tintype/core/asset";
import * as Collection from "@tintype/core/collection";
import { encodeListed, GEOMETRY_TYPE } from "@tintype/core/geometry";
import type { Context } from "hono";
import { aboutFields } from "./asset.ts";
import type { Env } from "./deps.ts";
import { isKnown } from "./etag.ts";
import { AssetState, body, Id, itemColumns, json, MediaKind } from "./schema.ts";

/** What the routes of all collections have in common: those of an account, albums and share links. */

const text = z.string().nullable();
const number = z.number().nullable();

const Binary = z.string().openapi({ format: "binary", description: "core/geometry tells the format (Listed)" });

export const geometryAnswers = {
  200: { description: "All photos of it, with their ids", content: { [GEOMETRY_TYPE]: { schema: Binary } } },
  304: { description: "Nothing has changed since If-None-Match" },
};

/** The geometry of a collection, tagged by its content. */
export async function sendGeometry(c: Context<Env>, collection: Collection.Collection) {
  const { tag, ...listed } = await Collection.geometry(c.get("ctx"), collection);
  const current = `"${tag}"`;
  const headers = { etag: `W/${current}`, "cache-control": "private, no-cache", vary: "accept-encoding" };
  if (isKnown(c, current)) return c.body(null, 304, headers);
  return c.body(encodeListed(listed), 200, { ...headers, "content-type": GEOMETRY_TYPE });
}

const Kept = z.object({ saved: z.array(Id), have: z.array(Id), missing: z.array(Id) }).openapi("Kept", {
  description: "Of the ids asked for: what is in the library now, what was there before, and what is not there any more",
});
export const keptAnswer = json(Kept, "What became of each");

/** What saving to one's own library does. */
export const KEPT =
  "By reference: their bytes are not copied, and count against no quota, until whoever shared them deletes them for good. What is saved stays.";

export const ListedIds = z.array(Id).min(1).max(Asset.MAX_ITEMS);

export const idsBody = body(z.object({ ids: ListedIds }));

const Listed = z
  .object({
    ...itemColumns,
    addedBy: z.array(text).optional().openapi({ description: "Who put each into the album, for the people in it" }),
  })
  .openapi("ListedItems", { description: "Columns, in the order asked for; what is not in it is left out" });
export const itemsAnswer = json(Listed, "The items");

const View = z
  .object({
    id: Id,
    kind: MediaKind,
    state: AssetState,
    reason: text,
    name: z.string(),
    type: z.string(),
    size: z.int().nullable().openapi({ description: "Null where only previews are to be had" }),
    width: number,
    height: number,
    durationMs: number,
    about: z.object(aboutFields).nullable().openapi({ description: "Null where it is not told" }),
    pending: z.boolean().openapi({ description: "What stands for its original is being made ready: ask again in a few seconds" }),
    addedBy: text.openapi({ description: "Who put it into the album" }),
    urls: z.object({ thumb: text, preview: text, original: text, download: text }),
  })
  .openapi("SharedPhoto");
export const viewAnswer = json(View, "The photo");

const Saved = z.object({ id: Id, name: z.string(), size: z.int().nullable(), localAt: z.string(), url: z.string() });
export const downloadsAnswer = json(
  z.object({ files: z.array(Saved), missing: z.array(z.object({ id: Id, name: text })), pending: z.array(Id) }).openapi("Downloads"),
  "The files, what is not in storage or not in the collection any more, and what is being made ready (ask again in a few seconds), each in the order asked for",
);
