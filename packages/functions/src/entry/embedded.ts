import { join } from "node:path";
import { AppError, type Log } from "@tintype/core/kernel";
import { createMeter, type Meter } from "@tintype/core/usage";
import { createServer, LockedError, type Server } from "@tintype/s3";
import type { DataFolder, Secrets } from "../adapters/data-folder.ts";
import { listenError } from "../adapters/http-node.ts";
import { createS3Store, type S3Store } from "../adapters/store-s3.ts";
import type { PublicStore } from "../api/app.ts";
import type { LaptopSettings } from "../entry/env.ts";

export const BUCKET = "photos";

/** The S3 server over the data folder, a store on its bucket, the same as a browser reaches it (on the host of the page), and what counts its use. */
export type Embedded = { server: Server; store: S3Store; publicStore: (page: URL) => PublicStore; meter: Meter };

/** Starts it. Throws AppError `conflict` when the port is taken or another S3 server serves the folder. */
export async function startEmbedded(
  { inner, dir, secrets }: DataFolder & { secrets: Secrets },
  { host, s3Port }: LaptopSettings,
  log: Log,
): Promise<Embedded> {
  const { s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = secrets;
  const server = await createServer({
    dir,
    state: join(inner, "s3"),
    credentials: [{ accessKeyId, secretAccessKey }],
    // A page of another origin can do nothing without a signed URL; which host name the browser uses for us is not known here.
    cors: [{ origins: ["*"], methods: ["GET", "HEAD", "PUT"], headers: ["*"], expose: ["ETag", "Retry-After"], maxAgeSeconds: 86_400 }],
    onNotice: (about) => log.info("s3", { about }),
    onWarning: (about, error) => log.warn("s3", { about, error }),
  }).catch((cause: unknown) => {
    throw cause instanceof LockedError ? new AppError("conflict", cause.message, { cause }) : cause;
  });
  await server.createBucket(BUCKET);
  await server.listen(s3Port, host).catch(async (cause: unknown) => {
    await server.close();
    throw cause instanceof Error ? listenError(cause, s3Port, "S3_PORT") : cause;
  });
  // Listening on every address is also listening on this one.
  const endpoint = server.url.replace(/\/\/(0\.0\.0\.0|\[::\])/u, "//127.0.0.1");
  const meter = createMeter();
  const counted = { onRequest: meter.onRequest, onSign: meter.onSign };
  const store = createS3Store({ endpoint, bucket: BUCKET, region: "us-east-1", accessKeyId, secretAccessKey, ...counted });
  const publicStore = ({ hostname }: URL): PublicStore => {
    const origin = `http://${hostname}:${new URL(server.url).port}`;
    return { origin, sign: store.withPublicEndpoint(origin).sign };
  };
  return { server, store, publicStore, meter };
}
