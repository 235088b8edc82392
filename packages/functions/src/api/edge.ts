import { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { albums } from "./album.ts";
import { albumItems } from "./album-item.ts";
import { assets } from "./asset.ts";
import { collections } from "./collection.ts";
import { addressOf, type Deps, type Env } from "./deps.ts";
import { sessionsAtEdge } from "./edge-session.ts";
import { onError } from "./error.ts";
import { limitBody, refuseCrossSite, requireSession } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import { type Kept, keepGeometry, keepItems } from "./kept.ts";
import { routesAt } from "./method.ts";
import { feeds } from "./public-feed.ts";
import { asGuest, discreet } from "./public-link.ts";
import { sharedLink } from "./public-open.ts";
import { sharedPhotos } from "./public-photo.ts";
import { guestUploads } from "./public-upload.ts";
import { nameRequest, startRequest } from "./request.ts";
import { timeline } from "./timeline.ts";
import { uploads } from "./upload.ts";

/** Has the function that runs the whole API answer a request of somebody at this address; throws an AppError where it cannot be reached. */
type Forward = (request: Request, address: string | undefined) => Promise<Response>;

/** What the edge needs from its runtime. */
export type EdgeDeps = Pick<Deps, "db" | "store" | "publicStore" | "queue" | "now" | "log" | "origin"> & {
  /** Signs session cookies and those of share links; asked for by who has one alone. */
  secret: () => Promise<string>;
  forward: Forward;
  /** What is kept near whoever asks; see kept.ts. */
  kept: Kept;
};

/**
 * The part of the API that people wait for, near them: timelines, photos, albums, uploads, and what share links show. It has the very routes of
 * `createApi`, behind the same guards. Everything else, and all that takes better-auth or a slow hash of a password, is for the origin.
 * Nothing is compressed here: the network of the edge does that, and it takes its time from nobody's budget.
 *
 * Of a free Worker's 10 ms of CPU: 1 for a timeline from the cache or whether it has changed, 4 for 100 items signed anew, 7 for 250, which is the
 * most there is, 6.5 for a plan of 50 files, the most there is (`npm run bench edge`).
 */
export function createEdge(deps: EdgeDeps) {
  const app = new OpenAPIHono<Env>();
  const { find, forget } = sessionsAtEdge(deps);

  app.onError(onError);
  app.use(nameRequest(deps));
  app.use("/api/*", forget);
  app.use((c, next) => (routesAt(app, c.req.method, c.req.path).length > 0 ? next() : deps.forward(c.req.raw, addressOf(c))));
  app.use(sentAsIs, startRequest(deps), securityHeaders, refuseCrossSite(deps), limitBody);
  app.use("/api/*", requireSession(app, find));
  app.use("/api/timeline/items", keepItems(deps.kept));
  app.use("/s/:token/*", discreet, asGuest(deps.secret));
  return app
    .route("/api", timeline(keepGeometry(deps.kept)))
    .route("/api", assets())
    .route("/api", collections())
    .route("/api", albums())
    .route("/api", albumItems())
    .route("/api", uploads())
    .route("/s", sharedLink(find))
    .route("/s", sharedPhotos())
    .route("/s", guestUploads())
    .route("/s", feeds());
}

/** What Cloudflare's runtime takes besides: whether it shall encode the body itself, as it does to what has a content-encoding. */
type Init = ResponseInit & { encodeBody: "manual" };

/** What was gzipped once and kept is not gzipped again. */
const sentAsIs = createMiddleware<Env>(async (c, next) => {
  await next();
  const { body, status, headers } = c.res;
  if (!headers.has("content-encoding")) return;
  const init: Init = { status, headers, encodeBody: "manual" };
  // Else its headers would be put onto another answer, which would be encoded.
  c.res = undefined;
  c.res = new Response(body, init);
});
