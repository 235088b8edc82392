import { setupToken } from "../adapters/derived-token.ts";
import { patiently } from "../adapters/db-postgres.ts";
import { createLog } from "../adapters/log.ts";
import { mediaPorts } from "../adapters/media-node.ts";
import { storeWork } from "../adapters/store-s3-work.ts";
import { startJobs } from "../jobs/run.ts";
import { openBackend } from "./backend.ts";
import { startFront } from "./front.ts";
import { readNodeSettings } from "../adapters/settings-node.ts";
import { runProgram } from "./program.ts";
import { startWatch } from "./watch.ts";
import { welcome } from "./welcome.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

await runProgram(async (undo) => {
  const settings = readNodeSettings(process.env);
  const { publicUrl, role, s3, sweepMs } = settings;
  const log = createLog({ write: (line) => process.stdout.write(`${line}\n`) });
  const backend = await openBackend(settings, log, undo);
  const { ctx, authSecret } = backend;
  await (role === "worker" ? startWatch : startFront)(settings, backend, undo);
  if (role !== "api") {
    const ports = mediaPorts();
    undo(() => ports.close());
    undo(startJobs(ctx, ports, { sweepMs, roundMs: WEEK_MS, storage: storeWork(s3, publicUrl) }).stop);
  }
  const place = `the bucket ${s3.bucket} at ${s3.endpoint}`;
  const ready = role === "worker" ? "This worker is ready. The pages come from another process:" : "Tintype is ready:";
  return patiently(() => welcome(ctx, { address: publicUrl, place, setupToken: setupToken(authSecret), ready }), log);
});
