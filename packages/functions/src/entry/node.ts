import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { setupToken } from "../adapters/derived-token.ts";
import { serveHttp } from "../adapters/http-node.ts";
import { createLog } from "../adapters/log.ts";
import { networksOf } from "../adapters/client-address.ts";
import { mediaPorts } from "../adapters/media-node.ts";
import { createForward } from "../adapters/store-forward.ts";
import { storeWork } from "../adapters/store-s3-work.ts";
import { webFiles } from "../adapters/web-files.ts";
import { createApi } from "../api/app.ts";
import { startJobs } from "../jobs/run.ts";
import { openBackend } from "./backend.ts";
import { readNodeSettings } from "../adapters/settings-node.ts";
import { runProgram } from "./program.ts";
import { welcome } from "./welcome.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const WEB = fileURLToPath(new URL("../../../web/dist", import.meta.url));

await runProgram(async (undo) => {
  const settings = readNodeSettings(process.env);
  const { publicUrl, listen, role, s3, sweepMs, trustedProxies } = settings;
  const log = createLog({ write: (line) => process.stdout.write(`${line}\n`) });
  const { ctx, authSecret } = await openBackend(settings, log, undo);
  const token = setupToken(authSecret);
  if (role !== "worker") {
    const forward = createForward(s3, log);
    undo(() => forward.close());
    const app = createApi({
      ...ctx,
      publicStore: () => ({ origin: new URL(s3.publicEndpoint).origin, sign: ctx.store.sign }),
      forwarded: forward.signerFor,
      authSecret,
      setupTokenSha256: createHash("sha256").update(token).digest(),
      origin: publicUrl,
      web: await webFiles(WEB),
    });
    const trusted = networksOf(trustedProxies);
    const http = await serveHttp({ fetch: (request, env) => app.fetch(request, env), ...listen, setting: "PORT", trusted, forward });
    undo(() => http.close());
  }
  if (role !== "api") {
    const ports = mediaPorts();
    undo(() => ports.close());
    undo(startJobs(ctx, ports, { sweepMs, roundMs: WEEK_MS, storage: storeWork(s3, publicUrl) }).stop);
  }
  return welcome(ctx, { address: publicUrl, place: `the bucket ${s3.bucket} at ${s3.endpoint}`, setupToken: token });
});
