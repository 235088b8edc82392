import { sha256Of } from "@tintype/core/kernel";
import { metricsToken } from "../adapters/derived-token.ts";
import { serveHttp } from "../adapters/http-node.ts";
import { scryptPasswords } from "../adapters/password-scrypt.ts";
import type { NodeSettings } from "../adapters/settings-node.ts";
import type { Deps } from "../api/app.ts";
import { createWatch } from "../api/watch.ts";
import type { Backend } from "./backend.ts";
import type { Undo } from "./program.ts";

/** Starts what a process answers that does not serve people: whether it is well, and its metrics. */
export async function startWatch(settings: NodeSettings, backend: Backend, undo: Undo): Promise<void> {
  const app = createWatch(depsOf(settings, backend));
  const http = await serveHttp({ fetch: (request, env) => app.fetch(request, env), ...settings.listen, setting: "PORT" });
  undo(() => http.close());
}

/** What every process hands in to what answers in it. */
export function depsOf({ s3 }: NodeSettings, { ctx, authSecret, metrics }: Backend): Deps {
  return {
    ...ctx,
    publicStore: () => ({ origin: new URL(s3.publicEndpoint).origin, sign: ctx.store.sign }),
    place: s3,
    authSecret,
    passwords: scryptPasswords,
    metrics: { tokenSha256: sha256Of(metricsToken(authSecret)), read: () => metrics.read(ctx) },
  };
}
