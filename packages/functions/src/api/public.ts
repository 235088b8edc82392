import { OpenAPIHono } from "@hono/zod-openapi";
import type { FindSession } from "./actor.ts";
import type { Deps, Env } from "./deps.ts";
import { doors } from "./public-door.ts";
import { feeds } from "./public-feed.ts";
import { asGuest, discreet } from "./public-link.ts";
import { sharedLink } from "./public-open.ts";
import { sharePages } from "./public-page.ts";
import { guestUploads } from "./public-upload.ts";
import { sharedPhotos } from "./public-photo.ts";
import { savedPhotos } from "./public-save.ts";

/** Everything of share links: their page, and what it asks for. Whoever has no open link gets past `asGuest` to nothing. */
export const publicLinks = (deps: Deps, find: FindSession) => {
  const app = new OpenAPIHono<Env>();
  app.use("/:token/*", discreet);
  app.use("/:token", discreet);
  const open = app.route("/", sharePages(deps)).route("/", doors(deps));
  open.use(
    "/:token/*",
    asGuest(() => deps.authSecret),
  );
  return open
    .route("/", sharedLink(find))
    .route("/", sharedPhotos())
    .route("/", savedPhotos(find))
    .route("/", guestUploads())
    .route("/", feeds());
};
