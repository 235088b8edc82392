import type { Deployment } from "./graph.ts";
import { AWS, type Change, changes, CLOUDFLARE } from "./property/property.ts";

/** A change that nobody has asked for, and what is seen of it. */
type Unasked = { what: string; on: Deployment; change: Change; shows: string };

/** Each takes nothing away that a property looks at: what is more, or another, is seen because all of it is looked at. */
export const UNASKED: readonly Unasked[] = [
  ...of(
    "ingest.ts",
    AWS,
    [
      "a role that may do everything",
      "    link: [database],\n",
      '    link: [database],\n    policies: ["arn:aws:iam::aws:policy/AdministratorAccess"],\n',
      'managedPolicyArns = ["arn:aws:iam::aws:policy/AdministratorAccess"',
    ],
    [
      "a role with a right to every queue",
      "    link: [database],\n",
      '    link: [database],\n    permissions: [{ actions: ["sqs:ReceiveMessage"], resources: ["*"] }],\n',
      'statements[0].resources = ["*"]',
    ],
    [
      "a second policy of a role",
      "export function createIngest(serving: Serving, queues: Queues, { ingestConcurrency }: Settings) {\n",
      `export function createIngest(serving: Serving, queues: Queues, { ingestConcurrency }: Settings) {
  $transform(aws.iam.Role, (args, _, name) => void new aws.iam.RolePolicyAttachment(\`\${name}More\`, { role: args.name!, policyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess" }));\n`,
      "+ policyArn = arn:aws:iam::aws:policy/AmazonS3FullAccess",
    ],
    [
      "functions that never run",
      "        options.dependsOn = migration;\n",
      "        options.dependsOn = migration;\n        args.reservedConcurrentExecutions = 0;\n",
      "+ reservedConcurrentExecutions = 0",
    ],
    [
      "a queue that calls nobody",
      "void (args.scalingConfig = { maximumConcurrency: ingestConcurrency })",
      "void Object.assign(args, { enabled: false, scalingConfig: { maximumConcurrency: ingestConcurrency } })",
      "+ enabled = false",
    ],
    [
      "a queue of which most is not taken",
      "void (args.scalingConfig = { maximumConcurrency: ingestConcurrency })",
      'void Object.assign(args, { filterCriteria: { filters: [{ pattern: "{}" }] }, scalingConfig: { maximumConcurrency: ingestConcurrency } })',
      "+ filterCriteria.filters[0].pattern",
    ],
    [
      "arrivals that wait for others",
      "partialResponses: true }",
      'partialResponses: true, window: "300 seconds" }',
      "+ maximumBatchingWindowInSeconds = 300",
    ],
  ),
  ...of(
    "key.ts",
    AWS,
    [
      "another policy of the key",
      "  const { id, secret } =",
      '  new aws.iam.UserPolicyAttachment("SignerMore", { user: user.name, policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });\n  const { id, secret } =',
      "+ policyArn = arn:aws:iam::aws:policy/AdministratorAccess",
    ],
    [
      "a key that is refused",
      'const send = { actions: ["sqs:SendMessage"]',
      'const send = { effect: "Deny", actions: ["sqs:SendMessage"]',
      "+ policy(json).statements[2].effect = Deny",
    ],
    [
      "a key that is switched off",
      'new aws.iam.AccessKey("SignerKey", { user: user.name }',
      'new aws.iam.AccessKey("SignerKey", { user: user.name, status: "Inactive" }',
      "+ status = Inactive",
    ],
  ),
  ...of("queue.ts", AWS, ["messages that come late", "      dlq: {", '      delay: "15 minutes",\n      dlq: {', "+ delaySeconds = 900"]),
  ...of(
    "storage.ts",
    AWS,
    [
      "a queue that nobody may write into, for another one's policy is its",
      "    queueUrl: queue.url,",
      '    queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/another",',
      "+ queueUrl = https://sqs.eu-central-1.amazonaws.com/123456789012/another",
    ],
    ["rules of another bucket", '"MediaLifecycle", { bucket: media.name,', '"MediaLifecycle", { bucket: "another",', "+ bucket = another"],
    [
      "another bucket that lets our pages in",
      '"MediaCors", { bucket: media.name,',
      '"MediaCors", { bucket: "another",',
      "+ bucket = another",
    ],
  ),
  ...of(
    "watch.ts",
    AWS,
    [
      "alarms that tell nobody",
      "    evaluationPeriods: 1,\n    treat",
      "    evaluationPeriods: 1,\n    actionsEnabled: false,\n    treat",
      "+ actionsEnabled = false",
    ],
    ["an alarm that comes a day late", "      period: 300,", "      period: 86_400,", "+ period = 86400"],
    [
      "a budget of a part of the account",
      '    limitUnit: "USD",',
      '    limitUnit: "USD",\n    costFilters: [{ name: "Service", values: ["Amazon Simple Queue Service"] }],',
      "+ costFilters[Service].name = Service",
    ],
  ),
  ...of("web.ts", AWS, [
    "answers to one person that another is given",
    "    transform: {\n      cdn:",
    "    transform: {\n      cachePolicy: (args) => void (args.minTtl = 3600),\n      cdn:",
    "+ minTtl = 3600",
  ]),
  ...of("storage.ts", CLOUDFLARE, [
    "rules of another bucket of R2",
    '"MediaLifecycle", {\n    accountId,\n    bucketName: media.name,',
    '"MediaLifecycle", {\n    accountId,\n    bucketName: "another",',
    "+ bucketName = another",
  ]),
  ...of(
    "worker.ts",
    CLOUDFLARE,
    ["what arrives in another bucket of R2", "    bucketName: bucket,", '    bucketName: "another",', "+ bucketName = another"],
    [
      "arrivals that wait for half a day",
      "maxRetries: 6, maxWaitTimeMs: 1000",
      "maxRetries: 6, retryDelay: 43_200, maxWaitTimeMs: 1000",
      "+ settings.retryDelay = 43200",
    ],
    [
      "a secret in clear by another name",
      "ORIGIN_URL: api.url }",
      "ORIGIN_URL: api.url, SIGNER: key.secret }",
      "+ bindings[SIGNER].type = plain_text",
    ],
  ),
];

function of(
  file: string,
  on: Deployment,
  ...pairs: readonly (readonly [what: string, from: string, to: string, shows: string])[]
): Unasked[] {
  return pairs.flatMap(([what, from, to, shows]) => changes(file, [from, to]).map((change) => ({ what, on, change, shows })));
}
