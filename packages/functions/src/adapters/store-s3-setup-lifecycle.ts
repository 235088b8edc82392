import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { DERIVED, INBOX, INCOMING, type Outcome, PROBE } from "@tintype/core/storage";
import { done, notOffered } from "./store-s3-setup-outcome.ts";

/** An upload that nobody goes on with. */
const UPLOADS: LifecycleRule = {
  ID: "tintype-uploads",
  Status: "Enabled",
  Filter: { Prefix: "" },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
};
/** What was overwritten or removed; and the marks of removals, once nothing is left behind them. */
const VERSIONS: LifecycleRule = {
  ID: "tintype-versions",
  Status: "Enabled",
  Filter: { Prefix: "" },
  Expiration: { ExpiredObjectDeleteMarker: true },
  NoncurrentVersionExpiration: { NoncurrentDays: 30 },
};
/** Where nothing stays, or all can be made again, a version is a second copy that costs room. */
const PASSING = [INBOX, INCOMING, DERIVED, PROBE].map((Prefix): LifecycleRule => ({
  ID: `tintype-versions-${Prefix.slice(0, -1)}`,
  Status: "Enabled",
  Filter: { Prefix },
  NoncurrentVersionExpiration: { NoncurrentDays: 1 },
}));

/** Has the store drop unfinished uploads. Where it does not, `Upload.dropStale` does. */
export async function setUpUploads(client: S3Client, bucket: string): Promise<Outcome> {
  const isSet = await ensureRules(client, bucket, [UPLOADS]);
  return isSet ? done("A lifecycle rule of the bucket.") : notOffered("The store forgets the rule; Tintype drops them itself.");
}

/**
 * Has the store keep what is overwritten or removed, for a while. Versions are kept only where they are also dropped, or the bucket would grow
 * for ever; where somebody else has decided on versions before us, it stays as it is.
 */
export async function setUpVersions(client: S3Client, Bucket: string): Promise<Outcome> {
  const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
  if (Status === "Suspended") return notOffered("Somebody has suspended versioning; it stays so.");
  const isTheirs = Status === "Enabled" && !(await rulesOf(client, Bucket)).some(({ ID }) => ID === VERSIONS.ID);
  if (isTheirs) return done("Versioning was on before; how long versions are kept stays as it is.");
  const isSet = await ensureRules(client, Bucket, [VERSIONS, ...PASSING]);
  if (Status === "Enabled") return done("Versioning is on.");
  if (!isSet) return notOffered("The store would keep versions for ever, so versioning stays off.");
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  return done("Versioning is on.");
}

/** Adds our rules to those of the bucket, or corrects them. False when the store takes them and does not keep them. */
async function ensureRules(client: S3Client, Bucket: string, ours: readonly LifecycleRule[]): Promise<boolean> {
  const rules = await rulesOf(client, Bucket);
  if (areIn(rules, ours)) return true;
  const Rules = [...rules.filter(({ ID }) => !ours.some((rule) => rule.ID === ID)), ...ours];
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  return areIn(await rulesOf(client, Bucket), ours);
}

function areIn(rules: readonly LifecycleRule[], ours: readonly LifecycleRule[]): boolean {
  return ours.every((rule) => rules.some((known) => isSame(known, rule)));
}

function isSame(known: LifecycleRule, rule: LifecycleRule): boolean {
  const days = ({ AbortIncompleteMultipartUpload: abort, NoncurrentVersionExpiration: expire }: LifecycleRule): string =>
    `${abort?.DaysAfterInitiation} ${expire?.NoncurrentDays}`;
  return known.ID === rule.ID && known.Status === rule.Status && days(known) === days(rule);
}

async function rulesOf(client: S3Client, Bucket: string): Promise<LifecycleRule[]> {
  try {
    return (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules ?? [];
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchLifecycleConfiguration") return [];
    throw error;
  }
}
