import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ctx, sha256Of } from "@tintype/core/kernel";
import { isDataFolder, openDataFolder, openSecrets } from "../adapters/data-folder.ts";
import { openPglite } from "../adapters/db-pglite.ts";
import { setupToken } from "../adapters/derived-token.ts";
import { addressFor, checkPorts, serveHttp } from "../adapters/http-node.ts";
import { createLog } from "../adapters/log.ts";
import { openLogFile } from "../adapters/log-file.ts";
import { mediaPorts } from "../adapters/media-node.ts";
import { scryptPasswords } from "../adapters/password-scrypt.ts";
import { createQueue, releaseLeases } from "../adapters/queue-postgres.ts";
import { webFiles } from "../adapters/web-files.ts";
import { createApi } from "../api/app.ts";
import { hintFrom } from "../jobs/ingest.ts";
import { startJobs } from "../jobs/run.ts";
import { BUCKET, startEmbedded } from "./embedded.ts";
import { readLaptopEnv } from "../entry/env.ts";
import { runProgram } from "./program.ts";
import { welcome } from "./welcome.ts";

const PROGRAM = fileURLToPath(new URL("../../../..", import.meta.url));

await runProgram(async (undo) => {
  const settings = readLaptopEnv(process.env);
  const web = await webFiles(join(PROGRAM, "packages/web/dist"));
  // Nothing is made for a start that cannot succeed. A folder that is in use already says better who is in the way: its lock.
  if (!isDataFolder(settings.dataDir)) await checkPorts(settings.host, { PORT: settings.port, S3_PORT: settings.s3Port });
  const folder = await openDataFolder(settings.dataDir, PROGRAM);
  // It takes the folder's lock; before that nothing in the folder is ours to touch, after it nobody else is at work.
  const database = await openPglite({ folder: folder.inner, known: folder.dir });
  undo(() => database.close());
  const log = createLog(openLogFile(join(folder.inner, "tintype.log")));
  const secrets = await openSecrets(folder);
  const { server, store, publicStore, meter } = await startEmbedded({ ...folder, secrets }, settings, log);
  undo(() => server.close());
  const ctx: Ctx = { actor: { kind: "system" }, db: database.db, store, queue: createQueue(database.db), now: () => new Date(), log };
  const place = { bucket: BUCKET, endpoint: server.url, folder: join(folder.dir, BUCKET) };
  const token = setupToken(secrets.authSecret);
  const setup = { setupTokenSha256: sha256Of(token), authSecret: secrets.authSecret };
  const app = createApi({ ...ctx, ...setup, publicStore, place, passwords: scryptPasswords, web });
  const http = await serveHttp({ fetch: (request, env) => app.fetch(request, env), ...settings, setting: "PORT" });
  undo(() => http.close());
  undo(server.onEvent((event) => hintFrom(ctx, event, BUCKET)));
  const ports = mediaPorts();
  undo(() => ports.close());
  await releaseLeases(database.db);
  undo(startJobs(ctx, ports, { meter }).stop);
  return welcome(ctx, { address: addressFor(settings.host, http.port), place: folder.dir, setupToken: token });
});
