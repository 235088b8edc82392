import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Album from "@tintype/core/album";
import * as Guest from "@tintype/core/guest";
import { allow, type Ctx, userOf } from "@tintype/core/kernel";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { Selection } from "./mark.ts";
import { body, Id, json, PAGE, PlainText, problems, ProseText, Role } from "./schema.ts";

const params = z.object({ id: Id });
const read = ["unauthenticated", "forbidden", "not_found", "internal"] as const;
const write = [...read, "invalid", "too_large"] as const;

const Person = z.object({ id: Id, name: z.string(), handle: z.string() });
const text = z.string().nullable();
const Sort = z.enum(["newest", "oldest", "manual"]);

const Summary = z
  .object({
    id: Id,
    title: z.string(),
    description: z.string(),
    sort: Sort,
    role: Role.nullable().openapi({ description: "What you are to it; null when it is yours" }),
    owner: Person,
    members: z.array(Person.extend({ role: Role })),
    count: z.int(),
    from: text.openapi({ description: "Wall clock of its oldest photo" }),
    to: text,
    cover: z.object({ assetId: Id, chosen: z.boolean(), thumb: text, preview: text }).nullable(),
    updatedAt: z.iso.datetime(),
  })
  .openapi("Album");

const Title = PlainText(200);
const Description = ProseText(5_000);
const Change = z
  .object({ title: Title, description: Description, coverId: Id.nullable(), sort: Sort })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: "must change something" });

/** When an album was changed, in ms, and its id. */
const After = z.string().regex(/^\d{1,13}\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u, "must be the next of a page");

const list = createRoute({
  method: "get",
  path: "/albums",
  summary: "Your albums and those shared with you, what changed last first, 100 at a time",
  request: {
    query: z.object({ asset: Id.optional().openapi({ description: "Only those that this photo is in" }), after: After.optional() }),
  },
  responses: {
    200: json(z.object({ albums: z.array(Summary), next: After.nullable() }), PAGE),
    ...problems(...read, "invalid"),
  },
});

const create = createRoute({
  method: "post",
  path: "/albums",
  summary: "Make an album, with photos in it or none",
  request: { body: body(z.object({ title: Title, description: Description.optional(), photos: Selection.optional() })) },
  responses: { 201: json(Summary, "The album"), ...problems(...write, "stale") },
});

const get = createRoute({
  method: "get",
  path: "/albums/{id}",
  summary: "One album",
  request: { params },
  responses: { 200: json(Summary, "The album"), ...problems(...read) },
});

const edit = createRoute({
  method: "patch",
  path: "/albums/{id}",
  summary: "Change its name, description, cover or order",
  request: { params, body: body(Change) },
  responses: { 200: json(Summary, "The album as it is now"), ...problems(...write) },
});

const remove = createRoute({
  method: "delete",
  path: "/albums/{id}",
  summary: "Delete an album, never its photos",
  request: { params },
  responses: { 204: { description: "It is gone" }, ...problems(...read) },
});

/** Albums. What is in them and who: `album-item.ts` and `album-member.ts`. */
export const albums = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(list, async (c) => {
      const { asset, after } = c.req.valid("query");
      return c.json(await (asset === undefined ? Album.list(c.get("ctx"), after) : Album.listOf(c.get("ctx"), asset, after)), 200);
    })
    .openapi(create, async (c) => {
      mayTell(c.get("ctx"));
      const id = await Album.create(c.get("ctx"), c.req.valid("json"));
      return c.json(await Album.get(c.get("ctx"), id), 201);
    })
    .openapi(get, async (c) => c.json(await Album.get(c.get("ctx"), c.req.valid("param").id), 200))
    .openapi(edit, async (c) => {
      const { id } = c.req.valid("param");
      mayTell(c.get("ctx"));
      await Album.edit(c.get("ctx"), id, c.req.valid("json"));
      return c.json(await Album.get(c.get("ctx"), id), 200);
    })
    .openapi(remove, async (c) => {
      await Guest.removeAlbum(c.get("ctx"), c.req.valid("param").id);
      return c.body(null, 204);
    });

/** What is changed is answered with the album: a key that may not read it must not change it first and be refused then. */
function mayTell(ctx: Ctx): void {
  allow(ctx, "album.read", { ownerId: userOf(ctx) });
}
