import { fileURLToPath } from "node:url";
import * as Admin from "@tintype/core/admin";
import { sha256Of } from "@tintype/core/kernel";
import { networksOf } from "../adapters/client-address.ts";
import { hookToken, setupToken } from "../adapters/derived-token.ts";
import { observe } from "../adapters/doctor.ts";
import { serveHttp } from "../adapters/http-node.ts";
import type { NodeSettings } from "../adapters/settings-node.ts";
import { createForward } from "../adapters/store-forward.ts";
import { webFiles } from "../adapters/web-files.ts";
import { createApi } from "../api/app.ts";
import type { Backend } from "./backend.ts";
import type { Undo } from "./program.ts";
import { depsOf } from "./watch.ts";

const WEB = fileURLToPath(new URL("../../../web/dist", import.meta.url));

/** Starts what answers over HTTP in the homelab shape: the API, the web app, the store's webhook, and the way to the store through us. */
export async function startFront(settings: NodeSettings, backend: Backend, undo: Undo): Promise<void> {
  const { ctx, authSecret, storeNow } = backend;
  const { publicUrl, listen, s3, trustedProxies } = settings;
  const forward = createForward({ ...s3, now: storeNow }, ctx.log);
  undo(() => forward.close());
  const app = createApi({
    ...depsOf(settings, backend),
    forwarded: forward.signerFor,
    setupTokenSha256: sha256Of(setupToken(authSecret)),
    hook: { tokenSha256: sha256Of(hookToken(s3.secretAccessKey)), bucket: s3.bucket, note: (what) => Admin.noteMessage(ctx, what) },
    observe: () => observe(settings),
    origin: publicUrl,
    web: await webFiles(WEB),
  });
  const trusted = networksOf(trustedProxies);
  const http = await serveHttp({ fetch: (request, env) => app.fetch(request, env), ...listen, setting: "PORT", trusted, forward });
  undo(() => http.close());
}
