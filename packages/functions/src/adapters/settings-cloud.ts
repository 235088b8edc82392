import { z } from "zod";
import { parseEnv, type Variables } from "./settings.ts";

const MISSING = "is missing: this function was not made by sst deploy";
const text = z.string(MISSING).min(1, MISSING);
const url = text.refine((value) => URL.canParse(value), "is no address");

const CloudEnv = z.object({
  DATABASE_URL: url,
  PUBLIC_URL: url.transform((value) => new URL(value).origin),
  S3_ENDPOINT: url,
  S3_REGION: text,
  S3_BUCKET: text,
  S3_ACCESS_KEY_ID: text,
  S3_SECRET_ACCESS_KEY: text,
  AWS_QUEUE_REGION: text,
  WAKE_QUEUE_URL: url,
  INGEST_QUEUE_URL: url,
  QUEUE_ACCESS_KEY_ID: text.optional(),
  QUEUE_SECRET_ACCESS_KEY: text.optional(),
  S3_COLD_AFTER_DAYS: z.coerce.number().int().min(0).optional(),
  // Lambda's own.
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().positive().default(1024),
});

/** For how long it is believed that the bucket pins what a URL may write: each question is a statement more, and may wake the database. */
export const CLOUD_PINS_MS = 60_000;

/** What the router or the Worker shows to the function of the whole API, and that one wants to be shown. */
const FrontEnv = z.object({ FRONT_TOKEN: text });
/** What the Worker alone has to be told: where that function answers, and where to leave word that it has looked. */
const EdgeEnv = z.object({ ORIGIN_URL: url, LOOKS_QUEUE_URL: url });

/** The settings of the cloud shape, which `sst deploy` gives each function and the Worker. */
export type CloudSettings = {
  publicUrl: string;
  databaseUrl: string;
  /** Where browsers reach the bucket. */
  storeOrigin: string;
  /** `pathStyle` for every store but AWS's own, whose buckets have names of their own. */
  s3: {
    endpoint: string;
    region: string;
    bucket: string;
    accessKeyId: string;
    secretAccessKey: string;
    pathStyle: boolean;
    /** Since when originals lie in another class. */
    coldAfterDays?: number | undefined;
  };
  /** What a function has, in MB. */
  memory: number;
  queue: { region: string; accessKeyId: string; secretAccessKey: string; wakeUrl: string; ingestUrl: string };
};

/** Reads the settings. Throws AppError `invalid` with one line for each variable at fault. */
export function readCloudSettings(env: Variables): CloudSettings {
  const read = parseEnv(CloudEnv, env);
  const { hostname, host, origin, protocol } = new URL(read.S3_ENDPOINT);
  const pathStyle = !hostname.endsWith(".amazonaws.com");
  const s3 = { accessKeyId: read.S3_ACCESS_KEY_ID, secretAccessKey: read.S3_SECRET_ACCESS_KEY };
  return {
    publicUrl: read.PUBLIC_URL,
    databaseUrl: read.DATABASE_URL,
    storeOrigin: pathStyle ? origin : `${protocol}//${read.S3_BUCKET}.${host}`,
    s3: {
      endpoint: read.S3_ENDPOINT,
      region: read.S3_REGION,
      bucket: read.S3_BUCKET,
      ...s3,
      pathStyle,
      coldAfterDays: read.S3_COLD_AFTER_DAYS,
    },
    memory: read.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    queue: {
      region: read.AWS_QUEUE_REGION,
      // With a bucket in R2 the queues are AWS's still, and have a key of their own.
      accessKeyId: read.QUEUE_ACCESS_KEY_ID ?? s3.accessKeyId,
      secretAccessKey: read.QUEUE_SECRET_ACCESS_KEY ?? s3.secretAccessKey,
      wakeUrl: read.WAKE_QUEUE_URL,
      ingestUrl: read.INGEST_QUEUE_URL,
    },
  };
}

/** Reads the settings of the Worker; throws as `readCloudSettings`. */
export function readEdgeSettings(env: Variables): CloudSettings & { originUrl: string; looksUrl: string; frontToken: string } {
  const { ORIGIN_URL: originUrl, LOOKS_QUEUE_URL: looksUrl } = parseEnv(EdgeEnv, env);
  return { ...readCloudSettings(env), originUrl, looksUrl, frontToken: readFrontToken(env) };
}

/** Reads the token that what stands in front of the function of the API shows to it; throws as `readCloudSettings`. */
export function readFrontToken(env: Variables): string {
  return parseEnv(FrontEnv, env).FRONT_TOKEN;
}
