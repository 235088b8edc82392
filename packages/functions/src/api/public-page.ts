import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AppError } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import type { Context } from "hono";
import type { Deps, Env } from "./deps.ts";
import { onInvalid, PROBLEMS } from "./error.ts";
import { escaped } from "./markup.ts";
import { linkParams, ofLink } from "./public-link.ts";
import { problems } from "./schema.ts";

/** The built page, the same for all links. */
const PAGE = "/s/index.html";
const DISCREET = '<meta name="robots" content="noindex, nofollow, noarchive"><meta name="referrer" content="no-referrer">';

const html = { "text/html": { schema: z.string() } };
const { 404: nothing, 429: tooMany, 500: failed } = problems("not_found", "too_many", "internal");
const responses = {
  200: { description: "Its page", content: html },
  404: { ...nothing, content: { ...nothing.content, ...html } },
  429: { ...tooMany, content: { ...tooMany.content, ...html } },
  500: failed,
};

const linkPage = createRoute({
  method: "get",
  path: "/{token}",
  summary: "The page of a share link",
  ...ofLink,
  responses,
});

const photoPage = createRoute({
  method: "get",
  path: "/{token}/p/{id}",
  summary: "The same page, at one of its photos",
  ...ofLink,
  request: { params: linkParams.extend({ id: z.string().max(64) }) },
  responses,
});

/** The page of share links, also at the address of one of their photos. Its HTML tells of a link only what whoever has its address may see. */
export const sharePages = (deps: Pick<Deps, "web">) => {
  const show = async (c: Context<Env>, token: string): Promise<Response> => {
    const file = await deps.web?.(PAGE);
    if (!file) throw new AppError("not_found", "There is nothing at this address.");
    const found = await Share.find(c.get("ctx"), { token }).catch((error: unknown) => {
      if (error instanceof AppError && (error.code === "not_found" || error.code === "too_many")) return error;
      throw error;
    });
    const isThere = !(found instanceof AppError);
    if (isThere) c.set("framedBy", found.frameOrigins);
    const head = isThere && found.passwordHash === null ? headOf(found, new URL(`/s/${token}`, c.get("origin")).href) : "";
    const title = isThere && found.passwordHash === null ? found.title : "Shared photos";
    const document = (await file.text())
      .replace(/<title>[^<]*<\/title>/u, () => `<title>${escaped(title)}</title>`)
      .replace("</head>", () => `${DISCREET}${head}</head>`);
    return c.html(document, isThere ? 200 : PROBLEMS[found.code][0], { "cache-control": "no-store" });
  };
  return new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(linkPage, (c) => show(c, c.req.valid("param").token))
    .openapi(photoPage, (c) => show(c, c.req.valid("param").token));
};

/** What a chat or a blog shows of a link that has no password. */
function headOf({ title, description, sharedBy }: Share.Found, home: string): string {
  const about = description === "" ? `Shared by ${sharedBy}` : description;
  const properties = {
    "og:type": "website",
    "og:title": title,
    "og:description": about,
    "og:url": home,
    "og:image": `${home}/og.jpg`,
  };
  const metas = Object.entries(properties).map(([name, content]) => `<meta property="${name}" content="${escaped(content)}">`);
  const feeds = [
    ["application/rss+xml", "feed.xml"],
    ["application/feed+json", "feed.json"],
  ].map(([type, file]) => `<link rel="alternate" type="${type}" href="${escaped(`${home}/${file}`)}">`);
  return [...metas, `<meta name="description" content="${escaped(about)}">`, ...feeds].join("");
}
