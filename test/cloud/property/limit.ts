import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { PLATFORM } from "../platform.ts";
import { builtText } from "../tree.ts";
import { ALL, AWS, AWS_DEV, changes, CLOUDFLARE, CLOUDFLARE_DEV, functionOf, one, oneOf, type Property } from "./property.ts";

const api = (...pairs: readonly (readonly [string, string])[]) => changes("api.ts", ...pairs);
const queue = (...pairs: readonly (readonly [string, string])[]) => changes("queue.ts", ...pairs);
const worker = (...pairs: readonly (readonly [string, string])[]) => changes("worker.ts", ...pairs);
const config = (...pairs: readonly (readonly [string, string])[]) => changes("sst.config.ts", ...pairs);

/** In seconds. More is not asserted here: queues and the router are held to what a function may take where they are looked at. */
const TIMEOUTS = { api: 30, ingest: 300, work: 900, migrate: 300 };
const MEMORY = { api: 1024, migrate: 1024 };

/** Where each provider's package is, in SST's platform. */
const PACKAGES: Readonly<Record<string, string>> = { aws: "@pulumi/aws", cloudflare: "@pulumi/cloudflare", neon: "@sst-provider/neon" };

/** The version that the tests evaluate with. */
function installed(provider: string): string {
  const file = join(PLATFORM ?? "", "node_modules", PACKAGES[provider] ?? "", "package.json");
  // Every package of npm has one.
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** What each part is made with and may take: what was measured, and what runs as it was tried out. */
export const aboutLimits: readonly Property[] = [
  {
    says: "each function has the time that what it does was measured to take",
    on: [AWS, AWS_DEV, CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph, { edge }) => {
      for (const [entry, seconds] of Object.entries({ ...TIMEOUTS, ...(edge === "aws" && { cron: 60 }) })) {
        expect(functionOf(graph, entry)["timeout"]).toBeGreaterThanOrEqual(seconds);
      }
    },
    plants: [
      ...queue(["api: 30", "api: 20"], ["ingest: 300", "ingest: 30"], ["work: 900", "work: 60"]),
      ...api(['timeout: "5 minutes"', 'timeout: "1 minute"'], ['timeout: "60 seconds"', 'timeout: "3 seconds"']),
    ],
  },
  {
    says: "the functions that read no pixels have the memory that was measured, and pay for no more",
    on: [AWS, AWS_DEV, CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph, { edge }) => {
      for (const [entry, megabytes] of Object.entries({ ...MEMORY, ...(edge === "aws" && { cron: 512 }) })) {
        expect(functionOf(graph, entry)["memorySize"]).toBe(megabytes);
      }
    },
    plants: api(
      ['memory: "1024 MB",\n    timeout: `', 'memory: "512 MB",\n    timeout: `'],
      ['memory: "512 MB", ', ""],
      ['memory: "1024 MB", timeout: "5 minutes"', 'memory: "256 MB", timeout: "5 minutes"'],
    ),
  },
  {
    says: "the database is Postgres 17, which no provider changes by itself",
    on: ALL,
    holds: (graph) => expect(one(graph, "neon:index/project:Project")["pgVersion"]).toBe(17),
    plants: changes("database.ts", ["pgVersion: 17", "pgVersion: 14"], ["      pgVersion: 17,\n", ""]),
  },
  {
    says: "the providers are those that all this is evaluated with, to the digit",
    on: [CLOUDFLARE, AWS],
    holds: ({ app }) => {
      const providers = Object.entries(app["providers"] as Record<string, string>);
      expect(providers).toEqual(providers.map(([name]) => [name, installed(name)]));
    },
    plants: config(
      ['aws: "7.20.0"', 'aws: "7.21.0"'],
      ['neon: "0.13.0"', 'neon: "latest"'],
      ['cloudflare: "6.15.0"', 'cloudflare: "6.14.0"'],
    ),
  },
  {
    says: "S3 is told of the queue only when that lets it in, for it tries whether it is let in",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const { after } = oneOf(graph, "aws:s3/bucketNotification:BucketNotification");
      expect(after).toContain(oneOf(graph, "aws:sqs/queuePolicy:QueuePolicy").name);
    },
    plants: changes("storage.ts", [", { dependsOn: policy }", ""]),
  },
  {
    says: "Cloudflare: a Worker with other code is another one, by what its bundle says",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const { contentSha256 } = one(graph, "cloudflare:index/workersScript:WorkersScript");
      const text = builtText("packages/functions/dist/worker/worker.js");
      expect(contentSha256).toBe(createHash("sha256").update(text).digest("hex"));
    },
    plants: worker(
      ['        args.contentSha256 = createHash("sha256").update(readFileSync(contentFile)).digest("hex");\n', ""],
      ["update(readFileSync(contentFile))", 'update("worker.js")'],
    ),
  },
];
