import { existsSync, readFileSync } from "node:fs";
import { INBOX, INCOMING, LIBRARY } from "@tintype/core/storage";
import { expect } from "vitest";
import type { Graph } from "../graph.ts";
import {
  all,
  ALL,
  AWS,
  AWS_DEV,
  AWS_SET,
  changes,
  CLOUDFLARE,
  CLOUDFLARE_DEV,
  functionOf,
  one,
  type Property,
  statements,
} from "./property.ts";

const ingest = (...pairs: readonly (readonly [string, string])[]) => changes("ingest.ts", ...pairs);
const queue = (...pairs: readonly (readonly [string, string])[]) => changes("queue.ts", ...pairs);
const storage = (...pairs: readonly (readonly [string, string])[]) => changes("storage.ts", ...pairs);
const worker = (...pairs: readonly (readonly [string, string])[]) => changes("worker.ts", ...pairs);
const api = (...pairs: readonly (readonly [string, string])[]) => changes("api.ts", ...pairs);

const ARRIVALS = [LIBRARY, INCOMING, INBOX];
const ENTRIES = new URL("../../../packages/functions/src/entry/", import.meta.url);
/** The program that makes what is deployed. */
const BUNDLER = readFileSync(new URL("../../../packages/functions/script/bundle.ts", import.meta.url), "utf8");

const queueOf = (graph: Graph, name: string) => one(graph, "aws:sqs/queue:Queue", `${name}Queue`);
const mappingOf = (graph: Graph, name: string) => one(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", `${name}Subscriber`);

/** What arrives, the queues and the functions that are called by them. */
export const aboutIngest: readonly Property[] = [
  {
    says: "the queue is told what arrives where uploads and originals arrive, and nothing else",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const { bucket, queues } = one(graph, "aws:s3/bucketNotification:BucketNotification");
      expect(bucket).toBe("mediabucket");
      const told = (queues as Record<string, unknown>[]).map(({ filterPrefix }) => filterPrefix);
      expect(told).toEqual(ARRIVALS);
      const queueArn = expect.stringMatching(/:tintype-\w+-IngestQueue-/u);
      const events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];
      for (const rule of queues as object[]) expect(rule).toMatchObject({ events, queueArn });
    },
    plants: storage(
      ["    filterPrefix,\n", ""],
      [', inbox: "inbox/"', ', inbox: "inbox/", derived: "derived/"'],
      ["Object.entries(ARRIVALS).map", "Object.entries(ARRIVALS).slice(1).map"],
      ['events: ["s3:ObjectCreated:*", ', "events: ["],
    ),
  },
  {
    says: "S3 alone, and for this bucket alone, may write into the queue of what arrives",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const { policy } = one(graph, "aws:sqs/queuePolicy:QueuePolicy");
      const principals = [{ type: "Service", identifiers: ["s3.amazonaws.com"] }];
      const conditions = [
        { test: "ArnEquals", variable: "aws:SourceArn", values: ["arn:aws:s3:::mediabucket"] },
        { test: "StringEquals", variable: "aws:SourceAccount", values: ["123456789012"] },
      ];
      expect(statements(policy)).toEqual([expect.objectContaining({ actions: ["sqs:SendMessage"], principals, conditions })]);
    },
    plants: storage(
      ["values: [media.arn]", 'values: ["*"]'],
      ['            { test: "StringEquals", variable: "aws:SourceAccount", values: [aws.getCallerIdentityOutput().accountId] },\n', ""],
      ['{ type: "Service", identifiers: ["s3.amazonaws.com"] }', '{ type: "*", identifiers: ["*"] }'],
    ),
  },
  {
    says: "a message is kept for two weeks, aside when it failed six times",
    on: ALL,
    holds: (graph) => {
      for (const name of ["Ingest", "Wake"]) {
        const dead = queueOf(graph, `${name}Dead`);
        for (const kept of [dead, queueOf(graph, name)]) expect(kept["messageRetentionSeconds"]).toBe(1_209_600);
        const redrive: unknown = JSON.parse(String(queueOf(graph, name)["redrivePolicy"]));
        const deadLetterTargetArn = expect.stringContaining(`:${String(dead["name"])}`);
        expect(redrive).toEqual({ deadLetterTargetArn, maxReceiveCount: 6 });
      }
    },
    plants: queue(
      ["      dlq: { queue: to.arn, retry: 6 },\n", ""],
      ["retry: 6", "retry: 3"],
      ["14 * 86_400", "4 * 86_400"],
      ["      ...LONGEST,\n", ""],
      ["new sst.aws.Queue(name, LONGEST)", "new sst.aws.Queue(name)"],
      ['queue("Wake", wakeDead', 'queue("Wake", ingestDead'],
    ),
  },
  {
    says: "a message stays hidden for six times what its function may take",
    on: ALL,
    holds: (graph) => {
      for (const [name, entry] of [["Ingest", "ingest"] as const, ["Wake", "work"] as const]) {
        const { visibilityTimeoutSeconds } = queueOf(graph, name);
        expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * Number(functionOf(graph, entry)["timeout"]));
      }
    },
    plants: [
      ...queue(["`${6 * seconds} seconds`", "`${5 * seconds} seconds`"]),
      ...ingest(
        ["timeout: `${SECONDS.ingest} seconds`", 'timeout: "301 seconds"'],
        ["timeout: `${SECONDS.work} seconds`", 'timeout: "901 seconds"'],
      ),
    ],
  },
  {
    says: "ingest takes at most five arrivals at a time, tells which of them failed, and leaves a new account some functions to answer people with",
    on: [...ALL, AWS_SET],
    holds: (graph, { settings }) => {
      const mapping = mappingOf(graph, "Ingest");
      expect(mapping["batchSize"]).toBeLessThanOrEqual(5);
      expect(mapping).toMatchObject({
        eventSourceArn: expect.stringMatching(/-IngestQueue-/u),
        functionName: expect.stringContaining(String(functionOf(graph, "ingest")["name"])),
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: Number(settings?.TINTYPE_INGEST_CONCURRENCY ?? 5) },
      });
    },
    plants: ingest(
      ["batch: { size: 5, partialResponses: true }", "batch: { size: 6, partialResponses: true }"],
      ["batch: { size: 5, partialResponses: true }", "batch: { size: 5 }"],
      ["maximumConcurrency: ingestConcurrency", "maximumConcurrency: 10"],
      ["const ingest = queues.ingest.subscribe(", 'const ingest = new sst.aws.Queue("Ingestion").subscribe('],
    ),
  },
  {
    says: "jobs are done by two at most, of whatever many calls wake them",
    on: ALL,
    holds: (graph) => {
      expect(mappingOf(graph, "Wake")).toMatchObject({
        batchSize: 10,
        functionName: expect.stringContaining(String(functionOf(graph, "work")["name"])),
        scalingConfig: { maximumConcurrency: 2 },
      });
    },
    plants: ingest(
      ["      transform: { eventSourceMapping: (args) => void (args.scalingConfig = { maximumConcurrency: 2 }) },\n", ""],
      ["batch: { size: 10 }", "batch: { size: 1 }"],
    ),
  },
  {
    says: "every function runs on arm64 and Node 22, from the folder that `npm run bundle lambda` makes for that processor, and keeps its log for a month",
    on: ALL,
    holds: (graph) => {
      const functions = all(graph, "aws:lambda/function:Function");
      expect(functions.length).toBeGreaterThanOrEqual(4);
      for (const { props } of functions) {
        expect(props).toMatchObject({ architectures: ["arm64"], runtime: "nodejs22.x", loggingConfig: { logFormat: "JSON" } });
      }
      expect(BUNDLER).toContain('"--os=linux", "--cpu=arm64", "--libc=glibc", `sharp@${own.dependencies.sharp}`');
      const built = graph.builds.filter(({ handler }) => handler.endsWith(".handler"));
      expect(built.map(({ bundle }) => bundle)).toEqual(functions.map(() => "packages/functions/dist/lambda"));
      const entries = built.map(({ handler }) => /lambda-\w+(?=\.handler$)/u.exec(handler)?.[0]);
      const missing = entries.filter((entry) => !existsSync(new URL(`${entry}.ts`, ENTRIES)));
      expect(missing).toEqual([]);
      const logs = all(graph, "aws:cloudwatch/logGroup:LogGroup").map(({ props }) => props["retentionInDays"]);
      expect(logs).toEqual(functions.map(() => 30));
    },
    plants: ingest(
      ['    architecture: "arm64",\n', ""],
      ['runtime: "nodejs22.x"', 'runtime: "nodejs20.x"'],
      ['retention: "1 month"', 'retention: "forever"'],
      ['bundle: "packages/functions/dist/lambda"', 'bundle: "packages/web/dist"'],
    ),
  },
  {
    says: "the functions that read pixels have a whole processor, and memory for two decoders of 1,280 MB",
    on: ALL,
    holds: (graph) => {
      for (const entry of ["ingest", "work"]) expect(functionOf(graph, entry)["memorySize"]).toBeGreaterThanOrEqual(2 * 1280 + 260);
    },
    plants: ingest(['const MEMORY = "3008 MB"', 'const MEMORY = "2048 MB"']),
  },
  {
    says: "what runs hourly asks whether anything is due, and nothing runs more often, so that an idle database sleeps",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const { scheduleExpression, state, target } = one(graph, "aws:scheduler/schedule:Schedule");
      expect([scheduleExpression, state]).toEqual(["rate(1 hour)", "ENABLED"]);
      expect(target).toMatchObject({ arn: expect.stringContaining(String(functionOf(graph, "cron")["name"])) });
      expect(all(graph, "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")).toEqual([]);
    },
    plants: api(["rate(1 hour)", "rate(4 minutes)"], ['"rate(1 hour)",', '"rate(1 hour)", enabled: false,']),
  },
  {
    says: "R2 tells a queue what arrives where uploads and originals arrive, and nothing else, and the Worker hears it",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const { rules, queueId } = one(graph, "cloudflare:index/r2BucketEventNotification:R2BucketEventNotification");
      const actions = ["PutObject", "CopyObject", "CompleteMultipartUpload", "DeleteObject"];
      expect(rules).toEqual(ARRIVALS.map((prefix) => ({ prefix, actions })));
      const { scriptName } = one(graph, "cloudflare:index/workersScript:WorkersScript");
      const deadLetterQueue = expect.stringContaining("arrivalsdeadqueue");
      const consumer = { type: "worker", queueId, scriptName, deadLetterQueue, settings: expect.objectContaining({ maxRetries: 6 }) };
      expect(one(graph, "cloudflare:index/queueConsumer:QueueConsumer", "ArrivalsConsumer")).toMatchObject(consumer);
    },
    plants: [
      ...storage([', inbox: "inbox/"', ', inbox: "inbox/", derived: "derived/"']),
      ...worker(
        ['"CompleteMultipartUpload", ', ""],
        ["Object.values(ARRIVALS).map", "Object.values(ARRIVALS).slice(1).map"],
        ["    deadLetterQueue: dead.nodes.queue.queueName,\n", ""],
        ["queueId: arrivals.id,\n    deadLetter", 'queueId: "another",\n    deadLetter'],
        ["maxRetries: 6", "maxRetries: 0"],
      ),
    ],
  },
  {
    says: "the Worker is handed no more messages than a free one can send on, though each is tried three times",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const consumers = all(graph, "cloudflare:index/queueConsumer:QueueConsumer").map(({ props }) => props["settings"]);
      const batches = (consumers as { batchSize: number }[]).map(({ batchSize }) => batchSize);
      expect(batches).toHaveLength(2);
      for (const batch of batches) expect([batch >= 5, 3 * batch <= 50]).toEqual([true, true]);
    },
    plants: worker(
      ["const BATCH = 10", "const BATCH = 17"],
      ["batchSize: BATCH, maxRetries: 100", "batchSize: 100, maxRetries: 100"],
      ["batchSize: BATCH, maxRetries: 6", "batchSize: 1, maxRetries: 6"],
    ),
  },
  {
    says: "the Worker goes on with what R2's queue has given up, hour after hour, for days",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const { scriptName } = one(graph, "cloudflare:index/workersScript:WorkersScript");
      const { queueId, type, settings, ...consumer } = one(graph, "cloudflare:index/queueConsumer:QueueConsumer", "ArrivalsDeadConsumer");
      expect([queueId, type, consumer["scriptName"]]).toEqual([expect.stringContaining("ArrivalsDead"), "worker", scriptName]);
      const { maxRetries, retryDelay } = settings as { maxRetries: number; retryDelay: number };
      expect(retryDelay).toBeGreaterThanOrEqual(3600);
      expect(maxRetries * retryDelay).toBeGreaterThanOrEqual(4 * 86_400);
    },
    plants: worker(
      ["    queueId: dead.id,\n", "    queueId: arrivals.id,\n"],
      ["maxRetries: 100, retryDelay: 3600", "maxRetries: 6, retryDelay: 3600"],
      [", retryDelay: 3600", ", retryDelay: 10"],
    ),
  },
];
