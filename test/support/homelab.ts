import type { S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { hookToken } from "../../packages/functions/src/adapters/derived-token.ts";
import { freePort, type Postgres, startPostgres } from "./postgres.ts";
import { type Program, type ProgramOptions, startProgram } from "./program.ts";
import { CREDENTIALS, type StoreProcess, startMinio, webhookOf } from "./stores.ts";

/** A homelab of real parts: MinIO, whose webhook is ours, Postgres, and Tintype processes between them. */
export type Homelab = {
  /** `options` are those of a user that may do what Tintype needs and no more; `root` made it. */
  store: StoreProcess & { root: S3Options };
  database: Postgres;
  /** The origin of the app, where its first process listens. */
  url: string;
  /** How a process of Tintype is started here; `env` changes its settings. */
  options(env?: Record<string, string>): ProgramOptions;
  /** Starts one; with no change of settings it listens at `url`. */
  start(env?: Record<string, string>): Promise<Program>;
  /** Ends store and database; end the programs before. */
  stop(): Promise<void>;
};

export type HomelabOptions = {
  /** The origin of its pages, when that is not where the app listens. */
  page?: string;
  /** Where the store sends its events, instead of to the app itself. */
  hook?: string;
  /** A folder for the store's files. */
  storeRoot?: string;
  /** What is started: what the container image runs, or the source by `node`. */
  entry?: "bundle" | "node";
};

/** Starts store and database; undefined where Postgres or MinIO are not installed (`installed` of stores.ts says so). */
export async function startHomelab({ page, hook, storeRoot, entry = "bundle" }: HomelabOptions = {}): Promise<Homelab> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [store, database] = await Promise.all([startMinio(minioHook({ url, page, hook }), storeRoot), startPostgres()]);
  if (database === undefined) throw new Error("Postgres is not installed (apt-get install postgresql)");
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = store.options;
  const settings = {
    PUBLIC_URL: page ?? url,
    PORT: `127.0.0.1:${port}`,
    DATABASE_URL: database.url,
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const options = (env: Record<string, string> = {}): ProgramOptions => ({ entry, env: { ...settings, ...env } });
  return {
    store,
    database,
    url,
    options,
    start: (env) => startProgram(options(env)),
    stop: async () => {
      await Promise.all([store.stop(), database.stop()]);
    },
  };
}

function minioHook({
  url,
  page = url,
  hook = url,
}: {
  url: string;
  page?: string | undefined;
  hook?: string | undefined;
}): Record<string, string> {
  const webhook = webhookOf({ url: `${hook}/api/hooks/store`, token: hookToken(CREDENTIALS.secretAccessKey) });
  return { MINIO_API_CORS_ALLOW_ORIGIN: page, ...webhook };
}
