import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as Account from "@tintype/core/account";
import type { Ctx } from "@tintype/core/kernel";
import { awaitPostgres } from "../adapters/db-postgres.ts";
import { setupToken } from "../adapters/derived-token.ts";
import { serveHttp } from "../adapters/http-node.ts";
import { createLog } from "../adapters/log.ts";
import { mediaPorts } from "../adapters/media-node.ts";
import { createAnnouncer } from "../adapters/queue-announce.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { createS3Store } from "../adapters/store-s3.ts";
import { webFiles } from "../adapters/web-files.ts";
import { createApi } from "../api/app.ts";
import { startJobs } from "../jobs/run.ts";
import { readNodeEnv } from "./env-node.ts";
import { runProgram } from "./program.ts";
import { welcome } from "./welcome.ts";

const WEB = fileURLToPath(new URL("../../../web/dist", import.meta.url));

await runProgram(async (undo) => {
  const { publicUrl, listen, databaseUrl, s3, role, sweepMs } = readNodeEnv(process.env);
  const log = createLog({ write: (line) => process.stdout.write(`${line}\n`) });
  const database = await awaitPostgres({ url: databaseUrl, log });
  undo(database.close);
  const announcer = createAnnouncer({ url: databaseUrl, log });
  undo(announcer.close);
  const store = createS3Store(s3);
  undo(store.close);
  const { db } = database;
  const ctx: Ctx = { actor: { kind: "system" }, db, store, queue: createQueue(db, announcer), now: () => new Date(), log };
  const authSecret = await Account.sessionSecret(ctx);
  const token = setupToken(authSecret);
  if (role !== "worker") {
    const app = createApi({
      ...ctx,
      publicStore: () => ({ origin: new URL(s3.publicEndpoint).origin, sign: store.sign }),
      authSecret,
      setupTokenSha256: createHash("sha256").update(token).digest(),
      origin: publicUrl,
      web: await webFiles(join(WEB)),
    });
    const http = await serveHttp({ fetch: (request, env) => app.fetch(request, env), ...listen, setting: "PORT" });
    undo(http.close);
  }
  if (role !== "api") {
    const ports = mediaPorts();
    undo(() => ports.close());
    undo(startJobs(ctx, ports, { sweepMs }).stop);
  }
  return welcome(ctx, { address: publicUrl, place: `the bucket ${s3.bucket} at ${s3.endpoint}`, setupToken: token });
});
