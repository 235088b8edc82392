import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as Account from "@tintype/core/account";
import * as Asset from "@tintype/core/asset";
import type { Ctx } from "@tintype/core/kernel";
import { openDataFolder } from "../adapters/data-folder.ts";
import { openPglite } from "../adapters/db-pglite.ts";
import { serveHttp } from "../adapters/http-node.ts";
import { createLog } from "../adapters/log.ts";
import { openLogFile } from "../adapters/log-file.ts";
import { createQueue } from "../adapters/queue-postgres.ts";
import { webFiles } from "../adapters/web-files.ts";
import { createApi } from "../api/app.ts";
import { startJobs } from "../jobs/run.ts";
import { startEmbeddedStore } from "./embedded.ts";
import { readLaptopEnv } from "./env.ts";
import { runProgram } from "./program.ts";

const PROGRAM = fileURLToPath(new URL("../../../..", import.meta.url));

await runProgram(async (undo) => {
  const settings = readLaptopEnv(process.env);
  const web = await webFiles(join(PROGRAM, "packages/web/dist"));
  const folder = await openDataFolder(settings.dataDir, PROGRAM);
  const logFile = openLogFile(join(folder.inner, "tintype.log"));
  const log = createLog({ write: logFile.write });
  const { db, close } = await openPglite({ folder: folder.inner });
  undo(close);
  const { server, store, port: s3Port } = await startEmbeddedStore(folder, settings, log);
  undo(server.close);
  const now = (): Date => new Date();
  const queue = createQueue(db);
  const ctx: Ctx = { actor: { kind: "system" }, db, store, queue, now, log };
  const token = randomBytes(24).toString("base64url");
  const setupTokenSha256 = createHash("sha256").update(token).digest();
  const publicStore = ({ hostname }: URL): { origin: string; sign: Ctx["store"]["sign"] } => {
    const origin = `http://${hostname}:${s3Port}`;
    return { origin, sign: store.withPublicEndpoint(origin).sign };
  };
  const app = createApi({ ...ctx, publicStore, authSecret: folder.secrets.authSecret, setupTokenSha256, web });
  const http = await serveHttp({ fetch: (request, env) => app.fetch(request, env), ...settings, setting: "PORT" });
  undo(http.close);
  undo(server.onEvent(({ key }) => void queue.enqueue([Asset.ingestJob(key)])));
  undo(startJobs(ctx).stop);
  const host = settings.host === "0.0.0.0" || settings.host === "::" ? "127.0.0.1" : settings.host;
  const needsSetUp = await Account.needsSetUp({ ...ctx, actor: { kind: "anonymous" } });
  return { address: `http://${host}:${http.port}/${needsSetUp ? `setup#token=${token}` : ""}`, needsSetUp, folder: folder.dir };
});
