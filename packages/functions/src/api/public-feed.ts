import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { displayName } from "@tintype/core/asset";
import * as Collection from "@tintype/core/collection";
import { AppError } from "@tintype/core/kernel";
import type { Context } from "hono";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { escaped } from "./markup.ts";
import { LINK_PROBLEMS, linkOf, ofLink } from "./public-link.ts";
import { sendPreview } from "./public-photo.ts";
import { problems } from "./schema.ts";

const LENGTH = 50;

const JsonFeed = z.object({
  version: z.string(),
  title: z.string(),
  description: z.string(),
  home_page_url: z.string(),
  feed_url: z.string(),
  items: z.array(z.record(z.string(), z.string())),
});

const feed = (format: string, path: string, type: string, schema: z.ZodType) =>
  createRoute({
    method: "get",
    path,
    summary: "The first photos of a share link as a feed",
    ...ofLink,
    responses: {
      200: { description: format, content: { [type]: { schema } } },
      ...problems(...LINK_PROBLEMS),
    },
  });

const RSS = "application/rss+xml";
const JSON_FEED = "application/feed+json";
const rss = feed("RSS 2.0", "/{token}/feed.xml", RSS, z.string());
const jsonFeed = feed("JSON Feed 1.1", "/{token}/feed.json", JSON_FEED, JsonFeed);

const og = createRoute({
  method: "get",
  path: "/{token}/og.jpg",
  summary: "The picture that stands for a share link where it is mentioned",
  ...ofLink,
  responses: {
    302: { description: "Where it is, for some minutes" },
    ...problems(...LINK_PROBLEMS, "over_budget"),
  },
});

/** Feeds of a share link, and its picture. With a password they are for whoever has given it in this browser, which no feed reader has. */
export const feeds = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(rss, async (c) => c.body(toRss(await entriesOf(c)), 200, { "content-type": `${RSS}; charset=utf-8` }))
    .openapi(jsonFeed, async (c) => c.body(toJson(await entriesOf(c)), 200, { "content-type": `${JSON_FEED}; charset=utf-8` }))
    .openapi(og, async (c) => {
      const { face } = await Collection.summary(c.get("ctx"), linkOf(c).album);
      if (face === null) throw new AppError("not_found", "There is no picture of this.");
      return sendPreview(c, face);
    });

type Entry = { id: string; title: string; url: string; image: string; at: string | undefined };
type Feed = { title: string; description: string; home: string; entries: Entry[] };

/** What its page tells too, and nothing that lives for minutes only: pictures have addresses of our own. */
async function entriesOf(c: Context<Env>): Promise<Feed> {
  const { album, found, path } = linkOf(c);
  const home = new URL(path, c.get("origin")).href;
  const ctx = c.get("ctx");
  const { id: ids, name, localAt } = await Collection.items(ctx, album, await Collection.first(ctx, album, LENGTH));
  const entries = ids.map((id, i) => ({
    id,
    title: displayName(name[i] ?? ""),
    url: `${home}/p/${id}`,
    image: `${home}/assets/${id}/preview`,
    at: found.actor.hidesMetadata ? undefined : localAt[i],
  }));
  return { title: found.title, description: found.description, home, entries };
}

function toRss({ title, description, home, entries }: Feed): string {
  const items = entries.map(({ id, title: name, url, image, at }) =>
    [
      "<item>",
      tag("title", name),
      tag("link", url),
      `<guid isPermaLink="false">${escaped(id)}</guid>`,
      at === undefined ? "" : tag("pubDate", new Date(`${at}Z`).toUTCString()),
      `<enclosure url="${escaped(image)}" type="image/jpeg" length="0"/>`,
      "</item>",
    ].join(""),
  );
  const head = `${tag("title", title)}${tag("link", home)}${tag("description", description)}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>${head}${items.join("")}</channel></rss>\n`;
}

function tag(name: string, text: string): string {
  return `<${name}>${escaped(text)}</${name}>`;
}

function toJson({ title, description, home, entries }: Feed): string {
  const items = entries.map(({ id, title: name, url, image, at }) => ({
    id,
    url,
    title: name,
    image,
    content_text: name,
    ...(at !== undefined && { date_published: `${at}Z` }),
  }));
  const head = { title, description, home_page_url: home, feed_url: `${home}/feed.json` };
  return JSON.stringify({ version: "https://jsonfeed.org/version/1.1", ...head, items });
}
