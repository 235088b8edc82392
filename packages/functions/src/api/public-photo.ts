import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import * as Collection from "@tintype/core/collection";
import { AppError } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import type { Context } from "hono";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { downloadsAnswer, geometryAnswers, idsBody, itemsAnswer, sendGeometry, viewAnswer } from "./listed.ts";
import { linkOf, linkParams } from "./public-link.ts";
import { Id, problems } from "./schema.ts";

const { ESTIMATE } = Share;

const photo = linkParams.extend({ id: Id });
const common = ["password_needed", "not_found", "too_many", "internal"] as const;
const security: [] = [];
const redirect = { 302: { description: "Where it is, for some minutes" } };

const geometry = createRoute({
  method: "get",
  path: "/{token}/geometry",
  summary: "The geometry of what a share link shows",
  security,
  request: { params: linkParams },
  responses: { ...geometryAnswers, ...problems(...common) },
});

const items = createRoute({
  method: "post",
  path: "/{token}/items",
  summary: "Up to 500 items of it, by their ids",
  security,
  request: { params: linkParams, body: idsBody },
  responses: { 200: itemsAnswer, ...problems(...common, "over_budget", "invalid", "too_large") },
});

const view = createRoute({
  method: "get",
  path: "/{token}/assets/{id}",
  summary: "One photo of it; its originals are behind addresses of our own, which lead on for some minutes",
  security,
  request: { params: photo },
  responses: { 200: viewAnswer, ...problems(...common, "over_budget") },
});

const saved = createRoute({
  method: "get",
  path: "/{token}/assets/{id}/original",
  summary: "The original of a photo of it, or what stands in for it",
  security,
  request: { params: photo },
  responses: { ...redirect, ...problems(...common, "over_budget", "forbidden", "conflict") },
});

const preview = createRoute({
  method: "get",
  path: "/{token}/assets/{id}/preview",
  summary: "The large preview of a photo of it, for feeds",
  security,
  request: { params: photo },
  responses: { ...redirect, ...problems(...common, "over_budget") },
});

const downloads = createRoute({
  method: "post",
  path: "/{token}/downloads",
  summary: "URLs of up to 500 files of it, for some minutes",
  security,
  request: { params: linkParams, body: idsBody },
  responses: { 200: downloadsAnswer, ...problems(...common, "over_budget", "forbidden", "invalid", "too_large") },
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
      const { files, pending } = await Collection.downloads(c.get("ctx"), linkOf(c).album, [c.req.valid("param").id]);
      const [file] = files;
      if (pending.length > 0) throw new AppError("conflict", "This is being made ready. Ask again in a few seconds.");
      if (!file) throw new AppError("not_found", "The original is no longer in storage.");
      await Share.spend(c.get("ctx"), bytesOf(files));
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
