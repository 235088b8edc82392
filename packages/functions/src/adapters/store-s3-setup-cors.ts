import { type CORSRule, GetBucketCorsCommand, PutBucketCorsCommand, type S3Client } from "@aws-sdk/client-s3";
import { PROBE, type Outcome } from "@tintype/core/storage";
import { canReach, preflight } from "./store-s3-ask.ts";
import type { S3Options } from "./store-s3-client.ts";
import { refusal } from "./store-s3-error.ts";
import { done, needs } from "./store-s3-setup-outcome.ts";

/** Our rule, but for its origins. */
const RULE = {
  ID: "tintype",
  AllowedMethods: ["GET", "HEAD", "PUT"],
  AllowedHeaders: ["*"],
  ExposeHeaders: ["ETag", "Retry-After", "Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified"],
  MaxAgeSeconds: 86_400,
};

/**
 * Lets pages of `origin` read and write the bucket with signed URLs; its other CORS rules stay. A store with rules for all
 * buckets alone, MinIO, may let them in already.
 */
export async function setUpCors(client: S3Client, options: S3Options, origin: string): Promise<Outcome> {
  const { bucket: Bucket } = options;
  const rule: CORSRule = { ...RULE, AllowedOrigins: [origin] };
  try {
    const rules = await rulesOf(client, Bucket);
    if (rules.some((known) => isOurs(known) && known.AllowedOrigins?.join(" ") === origin)) return done("A rule of the bucket.");
    const CORSRules = [...rules.filter((known) => !isOurs(known)), rule];
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    return done("A rule of the bucket.");
  } catch (error) {
    if (refusal(error)?.startsWith("501") !== true) throw error;
    return outsideBucket(options, origin);
  }
}

async function outsideBucket({ endpoint, publicEndpoint = endpoint, bucket }: S3Options, origin: string): Promise<Outcome> {
  const url = `${publicEndpoint}/${bucket}/${PROBE}preflight`;
  const names = ["content-type", "if-none-match", "x-amz-checksum-sha256"];
  if ((await canReach(publicEndpoint)) && (await preflight(url, origin, names)).isAllowed) return done("The store lets them in by itself.");
  return needs("The store has no rules of single buckets. Set this for the whole store (MinIO), and start it again:", [
    `MINIO_API_CORS_ALLOW_ORIGIN=${origin}`,
  ]);
}

async function rulesOf(client: S3Client, Bucket: string): Promise<CORSRule[]> {
  try {
    return (await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules ?? [];
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchCORSConfiguration") return [];
    throw error;
  }
}

/** By its id, or by its looks where the store forgets ids. */
function isOurs({ ID, AllowedMethods, ExposeHeaders, MaxAgeSeconds }: CORSRule): boolean {
  const looks = (rule: Partial<CORSRule>): string => JSON.stringify([rule.AllowedMethods, rule.ExposeHeaders, rule.MaxAgeSeconds]);
  return ID === RULE.ID || looks({ AllowedMethods, ExposeHeaders, MaxAgeSeconds }) === looks(RULE);
}
