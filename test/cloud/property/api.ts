import { expect } from "vitest";
import {
  all,
  AWS,
  AWS_DEV,
  AWS_DOMAIN,
  changes,
  CLOUDFLARE,
  CLOUDFLARE_DEV,
  functionOf,
  one,
  type Property,
  statements,
  variablesOf,
} from "./property.ts";

const api = (...pairs: readonly (readonly [string, string])[]) => changes("api.ts", ...pairs);
const ingest = (...pairs: readonly (readonly [string, string])[]) => changes("ingest.ts", ...pairs);

type Binding = { type: string; name: string; text?: string };
const bindingsOf = (graph: Parameters<Property["holds"]>[0]): Binding[] =>
  one(graph, "cloudflare:index/workersScript:WorkersScript")["bindings"] as Binding[];
const queueUrl = (name: string) => expect.stringMatching(new RegExp(`^https://sqs\\..*-${name}Queue-\\w+$`, "u")) as unknown;

/** The functions and the Worker: what they are given, and what they may do. */
export const aboutApi: readonly Property[] = [
  {
    says: "the API streams its answers",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const url = { authorizationType: "NONE", invokeMode: "RESPONSE_STREAM", functionName: functionOf(graph, "api")["name"] };
      expect(one(graph, "aws:lambda/functionUrl:FunctionUrl")).toMatchObject(url);
    },
    plants: api(["    streaming: true,\n", ""]),
  },
  {
    says: "no page of another origin is let into the API by its function",
    on: [AWS, CLOUDFLARE],
    holds: (graph) => expect(one(graph, "aws:lambda/functionUrl:FunctionUrl")["cors"]).toBeUndefined(),
    plants: api(["    url: { cors: false },\n", "    url: true,\n"]),
  },
  {
    says: "each function is given its settings, and the secret that the stage was given",
    on: [AWS, AWS_DOMAIN, CLOUDFLARE],
    holds: (graph, { edge, domain = "d1.cloudfront.net" }) => {
      const onR2 = {
        S3_REGION: "auto",
        S3_ENDPOINT: "https://account.r2.cloudflarestorage.com",
        S3_ACCESS_KEY_ID: "MediaKey-id",
        // The SHA-256 of the token.
        S3_SECRET_ACCESS_KEY: "d94772fd76a9e3a1c170673847ba8f96851fd423b1a7834871cd2c78633c7e97",
      };
      const store = edge === "aws" ? { S3_REGION: "eu-central-1" } : onR2;
      for (const entry of ["ingest", "work", ...(edge === "aws" ? ["api", "cron"] : [])]) {
        const { DATABASE_URL, ...variables } = variablesOf(graph, entry);
        expect(DATABASE_URL).toMatch(/^postgres:/u);
        const bucket = expect.stringContaining("mediabucket") as unknown;
        const common = {
          S3_BUCKET: bucket,
          PUBLIC_URL: `https://${domain}`,
          AUTH_SECRET: "the AuthSecret",
          WAKE_QUEUE_URL: queueUrl("Wake"),
        };
        expect(variables).toEqual({ ...common, ...store });
      }
    },
    plants: [
      ...ingest(
        ["      PUBLIC_URL: origin,\n", ""],
        ["authSecret.value", '"secret"'],
        ["WAKE_QUEUE_URL: queues.wake.url", "WAKE_QUEUE_URL: queues.wakeDead.url"],
      ),
      ...changes("storage.ts", ["environment: { S3_BUCKET: media.name, ", "environment: { "]),
    ],
  },
  {
    says: "functions may wake the one that does jobs, and write into no other queue",
    on: [AWS, AWS_DEV, CLOUDFLARE],
    holds: (graph) => {
      const roles = all(graph, "aws:iam/role:Role").filter(({ name }) => !name.startsWith("Password"));
      const policies = roles.flatMap(({ props }) => (props["inlinePolicies"] as { policy: string }[] | undefined) ?? []);
      const sending = policies
        .flatMap(({ policy }) => statements(policy))
        .filter(({ actions }) => /sqs:(?:Send|\*)/u.test(String(actions)));
      expect(sending.length).toBeGreaterThanOrEqual(2);
      for (const { actions, resources } of sending) {
        expect(actions).toEqual(["sqs:SendMessage"]);
        expect(resources).toEqual([expect.stringMatching(/:tintype-\w+-WakeQueue-\w+$/u)]);
      }
    },
    plants: ingest(
      ['{ actions: ["sqs:SendMessage"], resources: [queues.wake.arn] }', '{ actions: ["sqs:*"], resources: [queues.wake.arn] }'],
      ['actions: ["sqs:SendMessage"], resources: [queues.wake.arn]', 'actions: ["sqs:SendMessage"], resources: ["*"]'],
    ),
  },
  {
    says: "the functions have the migrations beside them, and the API the page of share links",
    on: [AWS, AWS_DEV],
    holds: (graph) => {
      const copied = (entry: string) => graph.builds.find(({ handler }) => handler.endsWith(`lambda-${entry}.handler`))?.copyFiles ?? [];
      for (const entry of ["api", "ingest", "work"]) {
        expect(copied(entry)).toContainEqual(expect.objectContaining({ to: "packages/core/migrations", isDir: true }));
      }
      const pages = copied("api").map(({ to }) => to);
      expect(pages).toEqual(expect.arrayContaining(["packages/web/dist/index.html", "packages/web/dist/s/index.html"]));
    },
    plants: [
      ...api([', "s/index.html"]', "]"]),
      ...ingest(['    copyFiles: [{ from: "packages/core/migrations" }],\n', "    copyFiles: [],\n"]),
    ],
  },
  {
    says: "Cloudflare: the Worker is given its settings, and as secrets what is one",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const bindings = bindingsOf(graph);
      const named = (type: string) =>
        Object.fromEntries(bindings.filter((known) => known.type === type).map(({ name, text }) => [name, text]));
      expect(named("plain_text")).toMatchObject({
        PUBLIC_URL: "https://photos.example.org",
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "ApiAwsCredentials-id",
        S3_BUCKET: expect.stringContaining("mediabucket"),
        S3_ENDPOINT: "https://account.r2.cloudflarestorage.com",
        S3_ACCESS_KEY_ID: "MediaKey-id",
        EVENTS_QUEUE_URL: queueUrl("Events"),
        WAKE_QUEUE_URL: queueUrl("Wake"),
        PASSWORD_URL: "https://passwordurl.lambda-url.eu-central-1.on.aws/",
      });
      const secrets = ["AUTH_SECRET", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL", "S3_SECRET_ACCESS_KEY"];
      expect(Object.keys(named("secret_text")).toSorted()).toEqual([...secrets, "SST_RESOURCE_Send"]);
      expect(bindings.filter(({ type, name }) => type === "plain_text" && secrets.includes(name))).toEqual([]);
      expect(new Set(bindings.map(({ name }) => name)).size).toBe(bindings.length);
      expect(bindings).toContainEqual({ type: "assets", name: "ASSETS" });
    },
    plants: api(
      ["      WAKE_QUEUE_URL: queues.wake.url,\n", ""],
      ["EVENTS_QUEUE_URL: queues.events.url", "EVENTS_QUEUE_URL: queues.wake.url"],
      ['type: "secret_text"', 'type: "plain_text"'],
      [", AUTH_SECRET: authSecret.value };", " };"],
      ["      PASSWORD_URL: password.url,\n", ""],
    ),
  },
  {
    says: "Cloudflare: the Worker's AWS key may write into the two queues, and do nothing else",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const { Statement } = JSON.parse(String(one(graph, "aws:iam/userPolicy:UserPolicy")["policy"])) as { Statement: unknown };
      const Resource = ["Events", "Wake"].map(
        (name) => expect.stringMatching(new RegExp(`:tintype-\\w+-${name}Queue-\\w+$`, "u")) as unknown,
      );
      expect(Statement).toEqual([{ Effect: "Allow", Action: ["sqs:SendMessage"], Resource }]);
    },
    plants: api(
      ['actions: ["sqs:SendMessage"]', 'actions: ["sqs:*"]'],
      ["resources: [queues.events.arn, queues.wake.arn]", 'resources: ["*"]'],
    ),
  },
  {
    says: "Cloudflare: the Worker answers on its domain alone, has nothing of Node in it, and looks hourly whether anything is due",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const script = one(graph, "cloudflare:index/workersScript:WorkersScript");
      expect(script).toMatchObject({ compatibilityFlags: [], compatibilityDate: "2026-04-01" });
      const domain = { hostname: "photos.example.org", service: script["scriptName"] };
      expect(one(graph, "cloudflare:index/workersCustomDomain:WorkersCustomDomain")).toMatchObject(domain);
      const open = graph.resources.filter(({ name }) => name.endsWith(".WorkerUrl")).map(({ props }) => props["enabled"]);
      expect(open).toEqual([false]);
      const schedules = [{ cron: "0 * * * *" }];
      expect(one(graph, "cloudflare:index/workersCronTrigger:WorkersCronTrigger")).toMatchObject({
        schedules,
        scriptName: script["scriptName"],
      });
      expect(graph.builds.find(({ functionID }) => functionID === "Api")?.handler).toBe("packages/functions/src/entry/worker.ts");
    },
    plants: api(
      ["flags: []", 'flags: ["nodejs_compat"]'],
      ["url: false", "url: true"],
      ['"0 * * * *"', '"* * * * *"'],
      ["...(domain !== undefined && { domain })", "...{}"],
    ),
  },
  {
    says: "Cloudflare: the function for passwords is given the secret that its callers sign with, and may do nothing",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const variables = Object.keys(variablesOf(graph, "password"));
      expect(variables).toEqual(["AUTH_SECRET"]);
      const { inlinePolicies = [] } = one(graph, "aws:iam/role:Role", "Password");
      expect((inlinePolicies as { policy: string }[]).flatMap(({ policy }) => statements(policy))).toEqual([]);
    },
    plants: api(
      [
        "environment: { AUTH_SECRET: authSecret.value }",
        "environment: { AUTH_SECRET: authSecret.value, DATABASE_URL: database.properties.url }",
      ],
      ["    logging,\n    memory", "    logging,\n    link: [queues.wake],\n    memory"],
    ),
  },
];
