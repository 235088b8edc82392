import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import * as Asset from "@tintype/core/asset";
import * as Collection from "@tintype/core/collection";
import { AppError } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import type { Context } from "hono";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { downloadsAnswer, geometryAnswers, idsBody, itemsAnswer, sendGeometry, viewAnswer } from "./listed.ts";
import { LINK_PROBLEMS, linkOf, linkParams, ofLink } from "./public-link.ts";
import { Id, problems } from "./schema.ts";

const { ESTIMATE } = Share;

const ofPhoto = { ...ofLink, request: { params: linkParams.extend({ id: Id }) } };
const ofIds = { ...ofLink, request: { ...ofLink.request, body: idsBody } };
const redirect = { 302: { description: "Where it is, for some minutes" } };

const geometry = createRoute({
  method: "get",
  path: "/{token}/geometry",
  summary: "The geometry of what a share link shows",
  ...ofLink,
  responses: { ...geometryAnswers, ...problems(...LINK_PROBLEMS) },
});

const items = createRoute({
  method: "post",
  path: "/{token}/items",
  summary: `Up to ${Asset.MAX_ITEMS} items of it, by their ids`,
  ...ofIds,
  responses: { 200: itemsAnswer, ...problems(...LINK_PROBLEMS, "over_budget", "invalid", "too_large") },
});

const view = createRoute({
  method: "get",
  path: "/{token}/assets/{id}",
  summary: "One photo of it; its originals are behind addresses of our own, which lead on for some minutes",
  ...ofPhoto,
  responses: { 200: viewAnswer, ...problems(...LINK_PROBLEMS, "over_budget") },
});

const saved = createRoute({
  method: "get",
  path: "/{token}/assets/{id}/original",
  summary: "The original of a photo of it, or what stands in for it",
  ...ofPhoto,
  responses: { ...redirect, ...problems(...LINK_PROBLEMS, "over_budget", "forbidden", "conflict") },
});

const preview = createRoute({
  method: "get",
  path: "/{token}/assets/{id}/preview",
  summary: "The large preview of a photo of it, for feeds",
  ...ofPhoto,
  responses: { ...redirect, ...problems(...LINK_PROBLEMS, "over_budget") },
});

const downloads = createRoute({
  method: "post",
  path: "/{token}/downloads",
  summary: `URLs of up to ${Asset.MAX_ITEMS} files of it, for some minutes`,
  ...ofIds,
  responses: { 200: downloadsAnswer, ...problems(...LINK_PROBLEMS, "over_budget", "forbidden", "invalid", "too_large") },
});

/** The photos of a share link. What is handed out is counted first, so that nothing is once the budget is spent. */
export const sharedPhotos = () =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid })
    .openapi(geometry, (c) => sendGeometry(c, linkOf(c).album))
    .openapi(items, async (c) => {
      const found = await Collection.items(c.get("ctx"), linkOf(c).album, c.req.valid("json").ids);
      await Share.spendOnPage(c.get("ctx"), found.thumb.filter((url) => url !== null).length * ESTIMATE.thumb);
      return c.json(found, 200);
    })
    .openapi(view, async (c) => {
      const { album, path } = linkOf(c);
      const { id } = c.req.valid("param");
      const found = await Collection.get(c.get("ctx"), album, id);
      const { thumb, preview: large, original, download } = found.urls;
      await Share.spendOnPage(c.get("ctx"), (thumb === null ? 0 : ESTIMATE.thumb) + (large === null ? 0 : ESTIMATE.preview));
      const counted = new URL(`${path}/assets/${id}/original`, c.get("origin")).href;
      const urls = { thumb, preview: large, original: original && download && counted, download: download && counted };
      return c.json({ ...found, urls }, 200);
    })
    .openapi(saved, async (c) => {
      const file = await Collection.download(c.get("ctx"), linkOf(c).album, c.req.valid("param").id);
      await Share.spend(c.get("ctx"), bytesOf([file]));
      return c.redirect(file.url, 302);
    })
    .openapi(preview, (c) => sendPreview(c, c.req.valid("param").id))
    .openapi(downloads, async (c) => {
      const found = await Collection.downloads(c.get("ctx"), linkOf(c).album, c.req.valid("json").ids);
      await Share.spend(c.get("ctx"), bytesOf(found.files));
      return c.json(found, 200);
    });

/** Leads to the large preview of a photo of the link, counted. Without a password, feed readers and pages that mention the link show it, too. */
export async function sendPreview(c: Context<Env>, id: string) {
  const { album, found } = linkOf(c);
  const { urls } = await Collection.get(c.get("ctx"), album, id);
  if (urls.preview === null) throw new AppError("not_found", "There is no picture of this.");
  await Share.spendOnPage(c.get("ctx"), ESTIMATE.preview);
  if (found.passwordHash === null) c.header("cross-origin-resource-policy", "cross-origin");
  return c.redirect(urls.preview, 302);
}

function bytesOf(files: readonly Collection.Saved[]): number {
  return files.reduce((sum, { size }) => sum + (size ?? ESTIMATE.preview), 0);
}
