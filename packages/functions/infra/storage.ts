import { createHash } from "node:crypto";
import type { Environment, Right } from "./key.ts";
import type { Settings } from "./setting.ts";
import { isKept, kept } from "./stage.ts";

/** Where uploads and originals arrive. What we write ourselves is elsewhere, or each thumbnail would be an event. */
export const ARRIVALS = { library: "library/", incoming: "incoming/", inbox: "inbox/" };

export type Store = {
  bucket: $util.Output<string>;
  /** Where browsers fetch pictures from. */
  pictures: $util.Output<string>;
  /** Lets pages of an origin read and write with signed URLs; nobody reaches the bucket otherwise. */
  letIn: (origin: $util.Input<string>) => void;
  /** What a function is told to find it. */
  environment: Environment;
  /** What must be allowed on AWS to use it: nothing, where it is not there. */
  rights: Right[];
};

/** Our pages' requests, with URLs that were signed for them. Each header is named: R2 does not take `*` for all of them. */
const CORS = {
  methods: ["GET", "HEAD", "PUT"],
  headers: ["content-type", "if-none-match", "range", "x-amz-checksum-sha256"],
  exposed: ["ETag", "Retry-After", "Content-Length", "Content-Range", "Accept-Ranges", "Last-Modified"],
  maxAgeSeconds: 86_400,
};

/** The photos on S3; what arrives is told to `queue`. */
export function createS3(queue: sst.aws.Queue, { coldAfterDays }: Settings): Store {
  const media = new sst.aws.Bucket("Media", {
    versioning: true,
    enforceHttps: true,
    cors: false,
    transform: {
      bucket: (args, options) => {
        // SST's own default takes the photos along when the bucket is removed.
        args.forceDestroy = !isKept();
        Object.assign(options, kept());
      },
    },
  });
  new aws.s3.BucketLifecycleConfiguration("MediaLifecycle", { bucket: media.name, rules: rules(coldAfterDays) });
  notify(media, queue);
  const { methods, headers, exposed, maxAgeSeconds } = CORS;
  const rule = { allowedMethods: methods, allowedHeaders: headers, exposeHeaders: exposed, maxAgeSeconds };
  return {
    bucket: media.name,
    pictures: $interpolate`https://${media.nodes.bucket.bucketRegionalDomainName}`,
    letIn: (origin) =>
      void new aws.s3.BucketCorsConfiguration("MediaCors", { bucket: media.name, corsRules: [{ ...rule, allowedOrigins: [origin] }] }),
    environment: {
      S3_BUCKET: media.name,
      S3_REGION: aws.getRegionOutput().region,
      S3_ENDPOINT: $interpolate`https://s3.${aws.getRegionOutput().region}.amazonaws.com`,
      ...(coldAfterDays === undefined ? {} : { S3_COLD_AFTER_DAYS: String(coldAfterDays) }),
    },
    rights: [
      { actions: ["s3:GetBucketNotification", "s3:ListBucket", "s3:ListBucketMultipartUploads"], resources: [media.arn] },
      {
        // Tags, because a copy takes along those that another tool has given a file, and is refused without the right to.
        actions: [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:GetObjectTagging",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
          "s3:PutObjectTagging",
        ],
        resources: [$interpolate`${media.arn}/*`],
      },
    ],
  };
}

/** As `tintype` sets up other stores, under the same names. */
function rules(coldAfterDays: Settings["coldAfterDays"]): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
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
    transitions: [{ storageClass: "GLACIER_IR", days: coldAfterDays ?? 0 }],
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
    ...(coldAfterDays === undefined ? [] : [cold]),
  ];
}

/** S3 tells the queue what arrives, and this bucket alone may. */
function notify(media: sst.aws.Bucket, queue: sst.aws.Queue): void {
  const policy = new aws.sqs.QueuePolicy("MediaEventsPolicy", {
    queueUrl: queue.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ["sqs:SendMessage"],
          resources: [queue.arn],
          principals: [{ type: "Service", identifiers: ["s3.amazonaws.com"] }],
          conditions: [
            { test: "ArnEquals", variable: "aws:SourceArn", values: [media.arn] },
            // Which does not say whose bucket: its name is anybody's when it is gone.
            { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.getCallerIdentityOutput().accountId] },
          ],
        },
      ],
    }).json,
  });
  const queues = Object.entries(ARRIVALS).map(([name, filterPrefix]) => ({
    id: `tintype-${name}`,
    queueArn: queue.arn,
    events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
    filterPrefix,
  }));
  new aws.s3.BucketNotification("MediaEvents", { bucket: media.name, queues }, { dependsOn: policy });
}

/** The same on R2, which keeps no versions and is reached with a key that can do nothing but read and write this bucket. */
export function createR2(): Store {
  const accountId = sst.cloudflare.DEFAULT_ACCOUNT_ID;
  const media = new sst.cloudflare.Bucket("Media", {
    transform: {
      bucket: (_, options) => void Object.assign(options, kept()),
    },
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
  const endpoint = `https://${accountId}.r2.cloudflarestorage.com`;
  const { methods, headers, exposed: exposeHeaders, maxAgeSeconds } = CORS;
  return {
    bucket: media.name,
    pictures: $output(endpoint),
    letIn: (origin) => {
      const rule = { id: "tintype", allowed: { origins: [origin], methods, headers }, exposeHeaders, maxAgeSeconds };
      new cloudflare.R2BucketCors("MediaCors", { accountId, bucketName: media.name, rules: [rule] });
    },
    environment: {
      S3_BUCKET: media.name,
      S3_REGION: "auto",
      S3_ENDPOINT: endpoint,
      S3_ACCESS_KEY_ID: key.id,
      // R2 takes the hash of a token for the secret of its key.
      S3_SECRET_ACCESS_KEY: $util.secret(key.value.apply((value) => createHash("sha256").update(value).digest("hex"))),
    },
    rights: [],
  };
}
