import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { DERIVED, INBOX, INCOMING, LIBRARY, PROBE } from "@tintype/core/storage";
import { expect } from "vitest";
import {
  all,
  AWS,
  AWS_DEV,
  AWS_DOMAIN,
  AWS_SET,
  changes,
  CLOUDFLARE,
  CLOUDFLARE_DEV,
  one,
  oneOf,
  type Property,
  statements,
  variablesOf,
} from "./property.ts";

const enabled = (id: string, prefix = "") => ({ id, status: "Enabled", filter: { prefix } });
const rulesOf = (graph: Parameters<Property["holds"]>[0]) =>
  one(graph, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"];
/** Those that are signed into the URL of a PUT, as store-s3-sign.ts has it, and what videos are read by. */
const HEADERS = ["content-type", "if-none-match", "range", "x-amz-checksum-sha256"];
const storage = (...pairs: readonly (readonly [string, string])[]) => changes("storage.ts", ...pairs);

/** What S3 wants allowed for each request; a copy takes the tags along that another tool has given a file. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  AbortMultipartUpload: ["AbortMultipartUpload"],
  CompleteMultipartUpload: ["PutObject"],
  CopyObject: ["GetObject", "GetObjectTagging", "PutObject", "PutObjectTagging"],
  CreateMultipartUpload: ["PutObject"],
  DeleteObject: ["DeleteObject"],
  DeleteObjects: ["DeleteObject"],
  GetBucketNotificationConfiguration: ["GetBucketNotification"],
  GetObject: ["GetObject"],
  HeadBucket: ["ListBucket"],
  HeadObject: ["GetObject"],
  ListMultipartUploads: ["ListBucketMultipartUploads"],
  ListObjects: ["ListBucket"],
  ListObjectsV2: ["ListBucket"],
  ListParts: ["ListMultipartUploadParts"],
  PutObject: ["PutObject"],
  UploadPart: ["PutObject"],
  UploadPartCopy: ["GetObject", "PutObject"],
};
const ADAPTERS = new URL("../../../packages/functions/src/adapters/", import.meta.url);

/** The rights for all that the adapter of the store asks of S3; a store that was deployed is not set up by it. */
function asked(): string[] {
  const files = readdirSync(ADAPTERS).filter((name) => /^store-s3(?!-setup)[\w-]*\.ts$/u.test(name));
  const requests = files.flatMap((name) => [...readFileSync(new URL(name, ADAPTERS), "utf8").matchAll(/new (\w+)Command\(/gu)]);
  const rights = requests.flatMap(([, name = ""]) => RIGHTS[name] ?? [`nobody knows what ${name} takes`]);
  return [...new Set(rights)].map((right) => `s3:${right}`).toSorted();
}

/** The bucket of the photos. */
export const aboutStorage: readonly Property[] = [
  {
    says: "the bucket is shut to the public",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const shut = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
      expect(one(graph, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "Media")).toMatchObject(shut);
    },
    plants: storage(
      [
        "    transform: {\n      bucket: (args",
        "    transform: {\n      publicAccessBlock: { blockPublicPolicy: false },\n      bucket: (args",
      ],
      ["    transform: {\n      bucket: (args", "    transform: {\n      publicAccessBlock: false,\n      bucket: (args"],
    ),
  },
  {
    says: "the bucket keeps what is overwritten or removed",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const { versioningConfiguration } = one(graph, "aws:s3/bucketVersioning:BucketVersioning", "Media");
      expect(versioningConfiguration).toEqual({ status: "Enabled" });
    },
    plants: storage(["versioning: true,", "versioning: false,"]),
  },
  {
    says: "the bucket refuses what comes without TLS",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const { policy } = one(graph, "aws:s3/bucketPolicy:BucketPolicy", "Media");
      const conditions = [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }];
      const resources = ["arn:aws:s3:::mediabucket", "arn:aws:s3:::mediabucket/*"];
      expect(statements(policy)).toEqual([expect.objectContaining({ effect: "Deny", actions: ["s3:*"], resources, conditions })]);
    },
    plants: storage(
      ["enforceHttps: true", "enforceHttps: false"],
      ["enforceHttps: true,", 'enforceHttps: true, policy: [{ actions: ["s3:GetObject"], principals: "*" }],'],
    ),
  },
  {
    says: "uploads that nobody goes on with are dropped after two days",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const rule = { ...enabled("tintype-uploads"), abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } };
      expect(rulesOf(graph)).toContainEqual(rule);
    },
    plants: storage(
      ["daysAfterInitiation: 2 }", "daysAfterInitiation: 20 }"],
      ['id: "tintype-uploads", abort', 'status: "Disabled", id: "tintype-uploads", abort'],
    ),
  },
  {
    says: "old versions are dropped after a month, and after a day where nothing stays or all can be made again",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const month = { expiration: { expiredObjectDeleteMarker: true }, noncurrentVersionExpiration: { noncurrentDays: 30 } };
      expect(rulesOf(graph)).toContainEqual({ ...enabled("tintype-versions"), ...month });
      for (const prefix of [INBOX, INCOMING, DERIVED, PROBE]) {
        const rule = enabled(`tintype-versions-${prefix.slice(0, -1)}`, prefix);
        expect(rulesOf(graph)).toContainEqual({ ...rule, noncurrentVersionExpiration: { noncurrentDays: 1 } });
      }
      expect(JSON.stringify(rulesOf(graph)).match(/noncurrentDays/gu)).toHaveLength(5);
    },
    plants: storage(
      ["noncurrentVersionExpiration: { noncurrentDays: 30 }", "noncurrentVersionExpiration: { noncurrentDays: 3 }"],
      ['"derived/", ', ""],
      ["(prefix, 1)", "(prefix, 100)"],
    ),
  },
  {
    says: "nothing that is current is ever dropped",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const dropped = (rulesOf(graph) as { expiration?: object }[]).flatMap(({ expiration = {} }) => Object.keys(expiration));
      expect(dropped).toEqual(["expiredObjectDeleteMarker"]);
    },
    plants: storage(["? [] : [cold]", '? [{ ...rule, id: "old", expiration: { days: 365 } }] : [cold]']),
  },
  {
    says: "nothing is moved to a colder class unless its owner says so",
    on: [AWS, AWS_DEV],
    holds: (graph) => expect(JSON.stringify(rulesOf(graph))).not.toContain("transitions"),
    plants: storage(["...(coldAfterDays === undefined ? [] : [cold])", "cold"]),
  },
  {
    says: "originals alone, and no previews, go to Glacier Instant Retrieval when it is switched on, and whoever adds up what it costs is told",
    on: [AWS_SET],
    holds: (graph) => {
      const cold = (rulesOf(graph) as object[]).filter((rule) => "transitions" in rule);
      expect(cold).toEqual([{ ...enabled("tintype-cold", LIBRARY), transitions: [{ storageClass: "GLACIER_IR", days: 90 }] }]);
      for (const entry of ["api", "work"]) expect(variablesOf(graph, entry)["S3_COLD_AFTER_DAYS"]).toBe("90");
    },
    plants: storage(
      ["filter: { prefix: ARRIVALS.library }", 'filter: { prefix: "" }'],
      ['"GLACIER_IR"', '"DEEP_ARCHIVE"'],
      ["{ S3_COLD_AFTER_DAYS: String(coldAfterDays) }", "{}"],
    ),
  },
  {
    says: "our pages, and those of nobody else, may read and write with signed URLs and see ETags",
    on: [AWS, AWS_DOMAIN],
    holds: (graph, { domain = "d1.cloudfront.net" }) => {
      const { corsRules } = one(graph, "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration", "Media");
      const rule = { allowedOrigins: [`https://${domain}`], allowedMethods: ["GET", "HEAD", "PUT"], allowedHeaders: HEADERS };
      expect(corsRules).toEqual([{ ...rule, exposeHeaders: expect.arrayContaining(["ETag", "Content-Range"]), maxAgeSeconds: 86_400 }]);
    },
    plants: storage(
      ["allowedOrigins: [origin]", 'allowedOrigins: ["*"]'],
      ['exposed: ["ETag", ', "exposed: ["],
      ["allowedMethods: methods", 'allowedMethods: [...methods, "DELETE"]'],
    ),
  },
  {
    says: "the key of the functions reads, writes and removes photos and writes into their queues, and does nothing else with anything",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const allowed = statements(one(graph, "aws:iam/userPolicy:UserPolicy")["policy"]).map(({ actions, resources }) => ({
        actions,
        resources,
      }));
      const needed = asked();
      const queues = ["Ingest", "Wake"].map(
        (name) => expect.stringMatching(new RegExp(`:tintype-\\w+-${name}Queue-\\w+$`, "u")) as unknown,
      );
      expect(allowed).toEqual([
        { actions: needed.filter((action) => action.includes("Bucket")), resources: ["arn:aws:s3:::mediabucket"] },
        { actions: needed.filter((action) => !action.includes("Bucket")), resources: ["arn:aws:s3:::mediabucket/*"] },
        { actions: ["sqs:SendMessage"], resources: queues },
      ]);
    },
    plants: [
      ...storage(
        ['"s3:DeleteObject"', '"s3:*"'],
        ['"s3:DeleteObject"', '"s3:DeleteObject", "s3:DeleteObjectVersion"'],
        ['"s3:GetBucketNotification", ', ""],
        ['          "s3:GetObjectTagging",\n', ""],
        ['          "s3:PutObjectTagging",\n', ""],
        ["resources: [media.arn]", 'resources: ["*"]'],
      ),
      ...changes("key.ts", ['["sqs:SendMessage"]', '["sqs:*"]'], ["[queues.ingest.arn, queues.wake.arn]", '["*"]']),
    ],
  },
  {
    says: "R2: the key of the functions on AWS writes into their queues, and does nothing else with anything",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const allowed = statements(one(graph, "aws:iam/userPolicy:UserPolicy")["policy"]);
      const resources = ["Ingest", "Wake", "Looks"].map(
        (name) => expect.stringMatching(new RegExp(`:tintype-\\w+-${name}Queue-\\w+$`, "u")) as unknown,
      );
      expect(allowed).toEqual([{ actions: ["sqs:SendMessage"], resources }]);
    },
    plants: changes("key.ts", ['["sqs:SendMessage"]', '["sqs:*"]'], ["[queues.ingest.arn, queues.wake.arn]", '["*"]']),
  },
  {
    says: "the roles of the functions may take from the queue that calls them, and do nothing else",
    on: [AWS, CLOUDFLARE],
    holds: (graph, { edge }) => {
      const roles = all(graph, "aws:iam/role:Role").flatMap(
        ({ props }) => (props["inlinePolicies"] as { policy: string }[] | undefined) ?? [],
      );
      const allowed = roles.flatMap(({ policy }) => statements(policy)).flatMap(({ actions }) => actions as string[]);
      const queue = ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"].map(
        (name) => `sqs:${name}`,
      );
      expect(new Set(allowed)).toEqual(new Set([...queue, ...(edge === "aws" ? ["lambda:InvokeFunction"] : [])]));
    },
    plants: changes("ingest.ts", [
      "    link: [database],\n",
      '    link: [database],\n    permissions: [{ actions: ["s3:GetObject"], resources: ["*"] }],\n',
    ]),
  },
  {
    says: "Lambda alone takes on the roles of the functions, and what calls the clock's that one's",
    on: [AWS, CLOUDFLARE],
    holds: (graph, { edge }) => {
      const principals = all(graph, "aws:iam/role:Role").map(({ props }) =>
        (props["assumeRolePolicy"] as { Statement: { Principal: unknown }[] }).Statement.map(({ Principal }) => Principal),
      );
      const clock = edge === "aws" ? [[{ Service: "scheduler.amazonaws.com" }]] : [];
      expect(principals).toHaveLength(edge === "aws" ? 6 : 4);
      const others = principals.filter((each) => !isDeepStrictEqual(each, [{ Service: "lambda.amazonaws.com" }]));
      expect(others).toEqual(clock);
    },
    plants: changes(
      "ingest.ts",
      ['        args.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" });\n', ""],
      ["      ...transform,\n", ""],
    ),
  },
  {
    says: "R2: our pages, and those of nobody else, may read and write with signed URLs and see ETags",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const allowed = { origins: ["https://photos.example.org"], methods: ["GET", "HEAD", "PUT"], headers: HEADERS };
      const { rules } = one(graph, "cloudflare:index/r2BucketCors:R2BucketCors");
      expect(rules).toEqual([expect.objectContaining({ allowed, exposeHeaders: expect.arrayContaining(["ETag"]) })]);
    },
    plants: storage(["origins: [origin]", 'origins: ["*"]'], [', "x-amz-checksum-sha256"]', "]"], ['exposed: ["ETag", ', "exposed: ["]),
  },
  {
    says: "R2: uploads that nobody goes on with are dropped after two days",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const abort = { condition: { type: "Age", maxAge: 172_800 } };
      const rule = { id: "tintype-uploads", enabled: true, conditions: { prefix: "" }, abortMultipartUploadsTransition: abort };
      expect(one(graph, "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle")["rules"]).toEqual([rule]);
    },
    plants: storage(["2 * 86_400", "20 * 86_400"], ["enabled: true", "enabled: false"]),
  },
  {
    says: "R2: the bucket is shut to the public, and its key opens nothing else",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      expect(graph.resources.filter(({ type }) => /r2(?:Managed|Custom)Domain/u.test(type))).toEqual([]);
      const { name } = oneOf(graph, "cloudflare:index/r2Bucket:R2Bucket").props;
      const resources = JSON.stringify({ [`com.cloudflare.edge.r2.bucket.account_default_${String(name)}`]: "*" });
      const permissionGroups = [{ id: "2efd5506f9c8494dacb1fa10a3e7d5b6" }];
      expect(one(graph, "cloudflare:index/accountToken:AccountToken")["policies"]).toEqual([
        { effect: "allow", permissionGroups, resources },
      ]);
    },
    plants: storage(
      ["_default_${name}`", "_default_*`"],
      [
        "  const key = new",
        '  new cloudflare.R2ManagedDomain("MediaOpen", { accountId, bucketName: media.name, enabled: true });\n  const key = new',
      ],
      ['[{ id: "2efd5506f9c8494dacb1fa10a3e7d5b6" }]', '[{ id: "bf7481a1826f439697cb59a20b22293e" }]'],
    ),
  },
];
