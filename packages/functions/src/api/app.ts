import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { compress } from "hono/compress";
import { accounts } from "./account.ts";
import { admin } from "./admin.ts";
import { costAdmin } from "./admin-cost.ts";
import { storageAdmin } from "./admin-storage.ts";
import { albums } from "./album.ts";
import { albumItems } from "./album-item.ts";
import { albumMembers } from "./album-member.ts";
import { assets } from "./asset.ts";
import { audits } from "./audit.ts";
import { authFor, findByAuth, mountAuth } from "./auth.ts";
import { bin } from "./bin.ts";
import { collections } from "./collection.ts";
import type { Deps, Env } from "./deps.ts";
import { doctor } from "./doctor.ts";
import { documentOf } from "./document.ts";
import { onError, problem } from "./error.ts";
import { limitBody, refuseCrossSite, requireSession } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import { health } from "./health.ts";
import { hooks } from "./hook.ts";
import { joining } from "./join.ts";
import { keys } from "./key.ts";
import { members } from "./member.ts";
import { methodsAt } from "./method.ts";
import { marks } from "./mark.ts";
import { metrics } from "./metrics.ts";
import { passkeys } from "./passkey.ts";
import { publicLinks } from "./public.ts";
import { nameRequest, startRequest } from "./request.ts";
import { json, problems } from "./schema.ts";
import { links } from "./share.ts";
import { heldPhotos } from "./share-held.ts";
import { directLinks } from "./share-direct.ts";
import { sessions } from "./signed-in.ts";
import { storage } from "./store.ts";
import { timeline } from "./timeline.ts";
import { uploads } from "./upload.ts";
import { webFile } from "./web.ts";

const describe = createRoute({
  method: "get",
  path: "/api/openapi.json",
  summary: "This document",
  responses: { 200: json(z.unknown().openapi({ type: "object" }), "OpenAPI 3.1"), ...problems("unauthenticated") },
});

/** The whole HTTP side, the same in every runtime: it knows neither Node nor any adapter. */
export function createApi(deps: Deps) {
  const app = new OpenAPIHono<Env>();
  const auths = authFor(deps);
  const find = findByAuth(auths);

  app.onError(onError);
  app.openAPIRegistry.registerComponent("securitySchemes", "session", { type: "apiKey", in: "cookie", name: "tintype.session" });
  app.openAPIRegistry.registerComponent("securitySchemes", "key", { type: "apiKey", in: "header", name: "x-api-key" });
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  app.use(nameRequest(deps), startRequest(deps), securityHeaders, compress(), refuseCrossSite(deps));
  // Before the limit on bodies: a store would repeat for ever what is refused as too large.
  app.route("/api", hooks(deps));
  app.use(limitBody);
  mountAuth(app, auths);
  app.use("/api/*", requireSession(app, find));
  app.openapi(describe, (c) => c.json(documentOf(app), 200));

  app.notFound(async (c) => {
    const isRead = c.req.method === "GET" || c.req.method === "HEAD";
    const file = isRead && deps.web ? await webFile(deps.web, c) : undefined;
    if (file) return file;
    const methods = methodsAt(app, c.req.path);
    if (methods.length === 0) return problem(c, { code: "not_found", detail: "There is nothing at this address." });
    c.header("allow", methods.join(", "));
    return problem(c, { code: "method_not_allowed", detail: `This address answers ${methods.join(", ")}.` });
  });

  return app
    .route("/", health(deps))
    .route("/", metrics(deps))
    .route("/api", accounts(deps, auths))
    .route("/api", audits())
    .route("/api", sessions(deps, auths))
    .route("/api", passkeys(deps, auths))
    .route("/api", keys(deps))
    .route("/api", members())
    .route("/api", joining(deps, auths))
    .route("/api", uploads())
    .route("/api", timeline())
    .route("/api", assets())
    .route("/api", collections())
    .route("/api", marks())
    .route("/api", bin())
    .route("/api", albums())
    .route("/api", albumItems())
    .route("/api", albumMembers())
    .route("/api", links(deps))
    .route("/api", directLinks())
    .route("/api", heldPhotos())
    .route("/api", storage(deps))
    .route("/api", admin())
    .route("/api", doctor(deps))
    .route("/api", storageAdmin(deps))
    .route("/api", costAdmin())
    .route("/s", publicLinks(deps, find));
}

export type Api = ReturnType<typeof createApi>;
export { documentOf } from "./document.ts";
export type { Bindings, Deps, PublicStore } from "./deps.ts";
