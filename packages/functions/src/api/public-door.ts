import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import * as Share from "@tintype/core/share";
import { setCookie } from "hono/cookie";
import type { Deps, Env } from "./deps.ts";
import { onInvalid } from "./error.ts";
import { LINK_PROBLEMS, ofLink, unlockCookie } from "./public-link.ts";
import { body, problems } from "./schema.ts";

const unlock = createRoute({
  method: "post",
  path: "/{token}/unlock",
  summary: "Give the password of a share link",
  description: "What it gives is in a cookie, for a day, and opens this link alone.",
  ...ofLink,
  request: { ...ofLink.request, body: body(z.object({ password: z.string().min(1, "is missing").max(200, "is too long") })) },
  responses: {
    204: { description: "It is open" },
    ...problems(...LINK_PROBLEMS, "invalid", "too_large"),
  },
});

/** The door of a share link with a password. */
export const doors = (deps: Pick<Deps, "authSecret" | "passwords">) =>
  new OpenAPIHono<Env>({ defaultHook: onInvalid }).openapi(unlock, async (c) => {
    const { token } = c.req.valid("param");
    const { password } = c.req.valid("json");
    const { value, expiresAt } = await Share.unlock(
      c.get("ctx"),
      { token, password },
      { secret: deps.authSecret, verify: deps.passwords.verify },
    );
    const secure = c.get("origin").protocol === "https:";
    setCookie(c, unlockCookie(c), value, { path: `/s/${token}`, httpOnly: true, sameSite: "Strict", secure, expires: expiresAt });
    return c.body(null, 204);
  });
