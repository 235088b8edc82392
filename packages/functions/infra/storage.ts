import { createHash } from "node:crypto";

/** Where uploads and originals arrive. What we write ourselves is elsewhere, or each thumbnail would be an event. */
export const ARRIVALS = { library: "library/", incoming: "incoming/", inbox: "inbox/" };

/**
 * After so many days originals go to Glacier Instant Retrieval: a fifth of the price to keep, and a price per gigabyte to look at. Never, while
 * it is undefined; AWS charges at least 90 days of it. Previews stay where they are.
 */
const COLD_AFTER_DAYS: number | undefined = undefined;

/** A bucket, and what a function needs to use it. */
export type Store = {
  bucket: $util.Output<string>;
  environment: Record<string, $util.Input<string>>;
  permissions: sst.aws.FunctionPermissionArgs[];
};

/** Our pages' requests, with URLs that were signed for them. */
const CORS = {
  methods: ["GET", "HEAD", "PUT"],
  exposed: ["ETag", "Retry-After", "Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified"],
  maxAgeSeconds: 86_400,
};

/** The address of S3 in the region of the deployment, which has the bucket in the path. */
export function s3Endpoint(): $util.Output<string> {
  return $interpolate`https://s3.${aws.getRegionOutput().region}.amazonaws.com`;
}

/** The photos on S3; what arrives is told to `events`. Pages of `origin` read and write it with signed URLs, and nobody reaches it otherwise. */
export function createS3(origin: $util.Input<string>, events: sst.aws.Queue): Store {
  const isProduction = $app.stage === "production";
  const media = new sst.aws.Bucket("Media", {
    versioning: true,
    enforceHttps: true,
    cors: {
      allowOrigins: [origin],
      allowMethods: ["GET", "HEAD", "PUT"],
      allowHeaders: ["*"],
      exposeHeaders: CORS.exposed,
      maxAge: `${CORS.maxAgeSeconds} seconds`,
    },
    transform: {
      bucket: (args, options) => {
        // SST's own default takes the photos along when the bucket is removed.
        args.forceDestroy = !isProduction;
        options.protect = isProduction;
        options.retainOnDelete = isProduction;
      },
    },
  });
  new aws.s3.BucketLifecycleConfiguration("MediaLifecycle", { bucket: media.name, rules: rules() });
  notify(media, events);
  return {
    bucket: media.name,
    environment: { S3_BUCKET: media.name, S3_REGION: aws.getRegionOutput().region },
    permissions: [
      { actions: ["s3:ListBucket", "s3:ListBucketMultipartUploads"], resources: [media.arn] },
      {
        actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
        resources: [$interpolate`${media.arn}/*`],
      },
    ],
  };
}

/** As `tintype` sets up other stores, under the same names. */
function rules(): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  const rule = { status: "Enabled", filter: { prefix: "" } };
  const versions = (prefix: string, noncurrentDays: number) => ({
    ...rule,
    id: `tintype-versions-${prefix.slice(0, -1)}`,
    filter: { prefix },
    noncurrentVersionExpiration: { noncurrentDays },
  });
  const cold = {
    ...rule,
    id: "tintype-cold",
    filter: { prefix: ARRIVALS.library },
    transitions: [{ storageClass: "GLACIER_IR", days: COLD_AFTER_DAYS ?? 0 }],
  };
  return [
    { ...rule, id: "tintype-uploads", abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } },
    {
      ...rule,
      id: "tintype-versions",
      expiration: { expiredObjectDeleteMarker: true },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
    },
    // Where nothing stays, or all can be made again, a version is a second copy that costs room.
    ...[ARRIVALS.inbox, ARRIVALS.incoming, "derived/", "probe/"].map((prefix) => versions(prefix, 1)),
    ...(COLD_AFTER_DAYS === undefined ? [] : [cold]),
  ];
}

/** S3 tells the queue what arrives, and this bucket alone may. */
function notify(media: sst.aws.Bucket, events: sst.aws.Queue): void {
  const policy = new aws.sqs.QueuePolicy("MediaEventsPolicy", {
    queueUrl: events.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ["sqs:SendMessage"],
          resources: [events.arn],
          principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
          conditions: [{ test: "ArnEquals", variable: "aws:SourceArn", values: [media.arn] }],
        },
      ],
    }).json,
  });
  const queues = Object.entries(ARRIVALS).map(([name, filterPrefix]) => ({
    id: `tintype-${name}`,
    queueArn: events.arn,
    events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
    filterPrefix,
  }));
  new aws.s3.BucketNotification("MediaEvents", { bucket: media.name, queues }, { dependsOn: policy });
}

/** The same on R2, which keeps no versions and is reached with a key that can do nothing but read and write this bucket. */
export function createR2(origin: $util.Input<string>): Store {
  const isProduction = $app.stage === "production";
  const accountId = sst.cloudflare.DEFAULT_ACCOUNT_ID;
  const media = new sst.cloudflare.Bucket("Media", {
    transform: {
      bucket: (_, options) => {
        options.protect = isProduction;
        options.retainOnDelete = isProduction;
      },
    },
  });
  const cors = { allowed: { origins: [origin], methods: CORS.methods, headers: ["*"] }, exposeHeaders: CORS.exposed };
  new cloudflare.R2BucketCors("MediaCors", {
    accountId,
    bucketName: media.name,
    rules: [{ ...cors, id: "tintype", maxAgeSeconds: CORS.maxAgeSeconds }],
  });
  const uploads = { id: "tintype-uploads", enabled: true, conditions: { prefix: "" } };
  new cloudflare.R2BucketLifecycle("MediaLifecycle", {
    accountId,
    bucketName: media.name,
    rules: [{ ...uploads, abortMultipartUploadsTransition: { condition: { type: "Age", maxAge: 2 * 86_400 } } }],
  });
  const key = new cloudflare.AccountToken("MediaKey", {
    accountId,
    name: `${$app.name}-${$app.stage}-media`,
    policies: [
      {
        effect: "allow",
        // "Workers R2 Storage Bucket Item Write"
        permissionGroups: [{ id: "2efd5506f9c8494dacb1fa10a3e7d5b6" }],
        resources: media.name.apply((name) => JSON.stringify({ [`com.cloudflare.edge.r2.bucket.${accountId}_default_${name}`]: "*" })),
      },
    ],
  });
  return {
    bucket: media.name,
    environment: {
      S3_BUCKET: media.name,
      S3_REGION: "auto",
      S3_ENDPOINT: `https://${accountId}.r2.cloudflarestorage.com`,
      S3_ACCESS_KEY_ID: key.id,
      // R2 takes the hash of a token for the secret of its key.
      S3_SECRET_ACCESS_KEY: $util.secret(key.value.apply((value) => createHash("sha256").update(value).digest("hex"))),
    },
    permissions: [],
  };
}
