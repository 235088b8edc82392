import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Collection from "@tintype/core/collection";
import { may } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import { getCookie, setCookie } from "hono/cookie";
import type { Context } from "hono";
import type { FindSession } from "./actor.ts";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { LINK_PROBLEMS, linkOf, ofLink } from "./public-link.ts";
import { personBeside } from "./public-save.ts";
import { Id, json, problems } from "./schema.ts";

/** In a browser that has been here before. It says nothing else, and goes to no other link. */
const SEEN = "tintype.seen";
const MONTH_S = 30 * 86_400;
const FEW = 5;

const Link = z
  .object({
    title: z.string(),
    description: z.string(),
    sharedBy: z.string(),
    expiresAt: z.iso.datetime().nullable(),
    count: z.int(),
    videos: z.int().openapi({ description: "Of these" }),
    files: z.int().openapi({ description: "Of these, what is neither a photo nor a video" }),
    savable: z
      .int()
      .openapi({ description: "How many of these downloading all of them gives: of others there is nothing that may be had" }),
    bytes: z.int().nullable().openapi({
      description:
        "Of all that may be had, in two figures where metadata is hidden; null for few of that, and where only previews are to be had",
    }),
    hidesMetadata: z.boolean(),
    may: z.object({
      download: z.boolean(),
      downloadAll: z.boolean().openapi({ description: "All of it: what may still be fetched in this month is enough for that" }),
      originals: z.boolean(),
      upload: z.boolean(),
      save: z.boolean().openapi({ description: "To one's own library: somebody is signed in here, and originals are given as they are" }),
    }),
    left: z.object({ bytes: z.int(), count: z.int() }).nullable().openapi({ description: "What guests may still send" }),
    cover: Id.nullable(),
  })
  .openapi("SharedLink");

const open = createRoute({
  method: "get",
  path: "/{token}/open",
  summary: "What a share link shows",
  ...ofLink,
  responses: {
    200: json(Link, "Its title, and what its holder may"),
    ...problems(...LINK_PROBLEMS),
  },
});

/** What a share link is, for its page. */
export const sharedLink = (find: FindSession) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid }).openapi(open, async (c) => {
    const ctx = c.get("ctx");
    const { album, found, path } = linkOf(c);
    const { actor } = found;
    const { mayDownload, mayOriginals, mayUpload, hidesMetadata } = actor;
    const [{ count, videos, files, face }, savable] = await Promise.all([
      Collection.summary(ctx, album),
      mayDownload ? Collection.savable(ctx, album) : { count: 0, bytes: 0 },
    ]);
    if (getCookie(c, SEEN) === undefined) {
      await Share.countView(ctx);
      const secure = c.get("origin").protocol === "https:";
      // In a page of others a browser keeps a cookie only so, and there for that page alone; and only with https.
      const sameSite =
        secure && found.frameOrigins.length > 0 ? ({ sameSite: "None", partitioned: true } as const) : ({ sameSite: "Lax" } as const);
      setCookie(c, SEEN, "1", { path, httpOnly: true, ...sameSite, secure, maxAge: MONTH_S });
    }
    const { budgetLeft } = found;
    const isWithin = budgetLeft === null || savable.bytes <= budgetLeft;
    const told = {
      title: found.title,
      description: found.description,
      sharedBy: found.sharedBy,
      expiresAt: found.expiresAt?.toISOString() ?? null,
      count,
      videos,
      files,
      savable: savable.count,
      bytes: mayOriginals ? sizeOf(savable, hidesMetadata) : null,
      hidesMetadata,
      may: {
        download: mayDownload,
        downloadAll: mayDownload && isWithin,
        originals: mayOriginals,
        upload: mayUpload,
        save: may(ctx, "album.save", actor) && (await isBeside(c, find)),
      },
      left: mayUpload ? found.left : null,
      cover: face,
    };
    return c.json(told, 200);
  });

/** Whether somebody is signed in in this browser who has not shared it themselves. Most who look have no cookie at all, and cost no query. */
async function isBeside(c: Context<Env>, find: FindSession): Promise<boolean> {
  const { actor } = await personBeside(c, find);
  return actor.kind === "user" && actor.userId !== linkOf(c).found.actor.ownerId;
}

/** The size of one file might tell which it is: where metadata is hidden only roughly that of many is told. */
function sizeOf({ bytes, count }: Collection.Savable, hides: boolean): number | null {
  if (!hides) return bytes;
  return count < FEW ? null : Number(bytes.toPrecision(2));
}
