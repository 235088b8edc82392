import { z } from "@hono/zod-openapi";
import { AppError, type Ctx } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { Env } from "./deps.ts";

/** What addresses under `/s/` have in place of a token that are files of the page itself. */
const FILES = "assets";

/** A token, or a name in its place. */
export const linkParams = z.object({ token: z.string().regex(/^[\w-]{3,64}$/u) });

/** What every route of a link declares: whoever has it needs nothing else. */
export const ofLink = { security: [] as [], request: { params: linkParams } };

/** How every request through a link can fail. */
export const LINK_PROBLEMS = ["password_needed", "not_found", "too_many", "internal"] as const;

/** Nothing of a link is for a search engine. */
export const discreet = createMiddleware<Env>(async (c, next) => {
  await next();
  c.res.headers.set("x-robots-tag", "noindex, nofollow, noarchive");
});

/**
 * From here on whoever asks is the holder of the link, and nobody else: a session that they may have beside it counts for nothing. Only saving asks
 * for it.
 */
export function asGuest(secret: () => string | Promise<string>) {
  return createMiddleware<Env>(async (c, next) => {
    const token = c.req.param("token") ?? "";
    if (token === FILES) return next();
    const found = await Share.openLink(c.get("ctx"), { token, unlock: getCookie(c, unlockCookie(c)) }, await secret());
    c.set("link", found);
    c.set("ctx", guestCtx(c.get("ctx"), found));
    await next();
  });
}

function guestCtx(ctx: Ctx, { actor }: Share.Found): Ctx {
  return { ...ctx, actor };
}

/** The link that this request came through, and its path. */
export function linkOf(c: Context<Env>): { path: string; album: { kind: "album"; id: string }; found: Share.Found } {
  const found = c.get("link");
  if (!found) throw new AppError("not_found", "There is nothing at this address.");
  return { path: `/s/${c.req.param("token")}`, album: { kind: "album", id: found.actor.albumId }, found };
}

/** The cookie that shows that the password was given; its path is the link's own. */
export function unlockCookie(c: Context<Env>): string {
  return c.get("origin").protocol === "https:" ? "__Secure-tintype.unlock" : "tintype.unlock";
}
