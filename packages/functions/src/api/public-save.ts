import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import * as Asset from "@tintype/core/asset";
import * as Collection from "@tintype/core/collection";
import type { Ctx } from "@tintype/core/kernel";
import type { Context } from "hono";
import { actorOf, type FindSession } from "./actor.ts";
import type { Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { idsBody, KEPT, keptAnswer } from "./listed.ts";
import { LINK_PROBLEMS, linkOf, linkParams } from "./public-link.ts";
import { problems } from "./schema.ts";

const save = createRoute({
  method: "post",
  path: "/{token}/save",
  summary: `Save up to ${Asset.MAX_ITEMS} photos of it to the library of who is signed in in this browser`,
  description: `Needs a session beside the link, and a link that gives originals and hides nothing. ${KEPT}`,
  security: [{ session: [] }],
  request: { params: linkParams, body: idsBody },
  responses: {
    200: keptAnswer,
    ...problems(...LINK_PROBLEMS, "unauthenticated", "forbidden", "invalid", "too_large"),
  },
});

/**
 * Who is signed in in the browser that shows this page: themselves, and not the holder of the link. By the cookie alone, which other sites cannot
 * make
 * it send; an API key opens nothing here.
 */
export async function personBeside(c: Context<Env>, find: FindSession): Promise<Ctx> {
  const ctx = c.get("ctx");
  const headers = new Headers({ cookie: c.req.header("cookie") ?? "" });
  const { actor, setCookies } = await actorOf(find, c, headers);
  for (const cookie of setCookies) c.header("set-cookie", cookie, { append: true });
  return { ...ctx, actor };
}

/** What is shared through a link, into the library of who is signed in beside it. */
export const savedPhotos = (find: FindSession) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid }).openapi(save, async (c) => {
    const { ids } = c.req.valid("json");
    const { album } = linkOf(c);
    return c.json(await Collection.keep(c.get("ctx"), await personBeside(c, find), album, ids), 200);
  });
