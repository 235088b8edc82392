import { expect } from "vitest";
import { readCloudSettings, readFrontToken } from "../../../packages/functions/src/adapters/settings-cloud.ts";
import { FRONT_HEADER } from "../../../packages/functions/src/api/front-token.ts";
import { routed } from "../router.ts";
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
  oneOf,
  type Property,
  resourceOf,
  variablesOf,
} from "./property.ts";

const api = (...pairs: readonly (readonly [string, string])[]) => changes("api.ts", ...pairs);
const worker = (...pairs: readonly (readonly [string, string])[]) => changes("worker.ts", ...pairs);

/** As the Worker is tried out. */
const COMPATIBILITY_DATE = "2026-04-01";

type Binding = { type: string; name: string; text?: string };
const bindingsOf = (graph: Parameters<Property["holds"]>[0]): Binding[] =>
  one(graph, "cloudflare:index/workersScript:WorkersScript")["bindings"] as Binding[];
const queueUrl = (name: string) => expect.stringMatching(new RegExp(`^https://sqs\\..*-${name}Queue-\\w+$`, "u")) as unknown;

/** The functions and the Worker: what they are given, and what they may do. */
export const aboutApi: readonly Property[] = [
  {
    says: "the API streams its answers",
    on: [AWS, CLOUDFLARE],
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
    says: "each function is given the settings that its entry reads",
    on: [AWS, AWS_DOMAIN, CLOUDFLARE],
    holds: (graph, { edge, domain = "d1.cloudfront.net" }) => {
      for (const entry of ["api", "ingest", "work", "migrate", ...(edge === "aws" ? ["cron"] : [])]) {
        // Which the link gives: see aboutDatabase.
        const DATABASE_URL = "postgres://database";
        const settings = readCloudSettings({ DATABASE_URL, ...variablesOf(graph, entry) });
        const key = { accessKeyId: "SignerKey-id", secretAccessKey: "the secret of the key" };
        const onS3 = { endpoint: "https://s3.eu-central-1.amazonaws.com", region: "eu-central-1", pathStyle: false, ...key };
        // R2's secret is the SHA-256 of the token.
        const ofToken = { accessKeyId: "MediaKey-id", secretAccessKey: "d94772fd76a9e3a1c170673847ba8f96851fd423b1a7834871cd2c78633c7e97" };
        const onR2 = { endpoint: "https://account.r2.cloudflarestorage.com", region: "auto", pathStyle: true, ...ofToken };
        expect(settings).toMatchObject({
          publicUrl: `https://${domain}`,
          s3: { bucket: expect.stringContaining("mediabucket"), ...(edge === "aws" ? onS3 : onR2) },
          queue: { region: "eu-central-1", wakeUrl: queueUrl("Wake"), ingestUrl: queueUrl("Ingest"), ...key },
        });
      }
    },
    plants: [
      ...changes(
        "key.ts",
        ["    PUBLIC_URL: origin,\n", ""],
        ["WAKE_QUEUE_URL: queues.wake.url", "WAKE_QUEUE_URL: queues.wakeDead.url"],
        ["    AWS_QUEUE_REGION: aws.getRegionOutput().region,\n", ""],
      ),
      ...changes("storage.ts", ["      S3_BUCKET: media.name,\n      S3_REGION: aws", "      S3_REGION: aws"]),
    ],
  },
  {
    says: "the function of the API is shown by the router, on each path that leads there and no other, a token that nobody else can make",
    on: [AWS, AWS_DEV, AWS_DOMAIN],
    holds: async (graph, { domain = "d1.cloudfront.net" }) => {
      const value = readFrontToken(variablesOf(graph, "api") as Record<string, string>);
      // Of the secret of the key, which AWS makes.
      expect(value).toBe("5BYTKi9xJcFFlx070nyy1Jk_uwHC_wOYfZkc0Eofk-A");
      const shown = async (path: string) =>
        (await routed(graph, domain, path, { [FRONT_HEADER]: { value: "forged" } })).headers[FRONT_HEADER];
      for (const path of ["/api/timeline", "/api", "/s/token", "/s/token/unlock"]) expect(await shown(path)).toEqual({ value });
      for (const path of ["/", "/icon.svg", "/settings", "/s/assets/page.js"]) expect(await shown(path)).not.toEqual({ value });
    },
    plants: [
      ...api(["FRONT_TOKEN: frontToken", 'FRONT_TOKEN: "tintype"']),
      ...changes("key.ts", ['createHmac("sha256", known)', 'createHmac("sha256", "tintype")']),
      ...changes(
        "web.ts",
        ["if (!isFile && /^", "if (/^"],
        ['headers["x-tintype-front"]', 'headers["x-tintype-router"]'],
        ['{ value: "${token}" }', '{ value: "token" }'],
      ),
    ],
  },
  {
    says: "the database is brought up to date with each version of the functions, and when another takes its place, and who deploys is told where Tintype is opened",
    on: [AWS, CLOUDFLARE],
    holds: (graph) => {
      const { functionName, triggers } = one(graph, "aws:lambda/invocation:Invocation");
      expect(functionName).toBe(functionOf(graph, "migrate")["name"]);
      const code: unknown = expect.stringMatching(/^assets\/Migrate-code-[\da-f]{64}\.zip$/u);
      expect(triggers).toEqual({ code, database: "Project-id" });
      expect(graph.outputs).toMatchObject({
        bucket: expect.stringContaining("mediabucket"),
        open: "https://d1.cloudfront.net/setup#token=1",
      });
    },
    plants: api(
      ['input: "{}", triggers', 'input: "{}"'],
      ["database: given.database.properties.projectId", "database: 1"],
      ['"open"', '"url"'],
    ),
  },
  {
    says: "new code answers nobody before the database is what it expects",
    on: [CLOUDFLARE, AWS],
    holds: (graph, { edge }) => {
      const inAws = ["api", "ingest", "work", ...(edge === "aws" ? ["cron"] : [])].map((entry) => resourceOf(graph, entry));
      const atEdge = edge === "aws" ? [] : [oneOf(graph, "cloudflare:index/workersScript:WorkersScript")];
      for (const { after } of [...inAws, ...atEdge]) expect(after).toContain("Migration");
    },
    plants: [
      ...changes(
        "ingest.ts",
        ["        options.dependsOn = migration;\n", ""],
        [
          'serverOf("work", serving)',
          'functionOf("work", serving), transform: { ...functionOf("work", serving).transform, function: (args) => void (args.environment = $util.secret(args.environment)) }',
        ],
      ),
      ...worker(["        options.dependsOn = serving.migration;\n", ""]),
    ],
  },
  {
    says: "the router waits for the function of the API as long as that may take",
    on: [AWS, AWS_DEV],
    holds: async (graph) => {
      for (const path of ["/api/timeline", "/s/token"]) {
        const { to, seconds } = await routed(graph, "d1.cloudfront.net", path);
        if (to.includes(".lambda-url.")) expect(seconds).toBeGreaterThanOrEqual(Number(functionOf(graph, "api")["timeout"]));
      }
    },
    plants: [
      ...changes("web.ts", [", { readTimeout: `${SECONDS.api} seconds` }", ""]),
      ...api(["timeout: `${SECONDS.api} seconds`", 'timeout: "31 seconds"']),
    ],
  },
  {
    says: "Cloudflare: the Worker is given the same settings, as secrets what is one, and where the function of the whole API answers",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const bindings = bindingsOf(graph);
      const named = (type: string) =>
        Object.fromEntries(bindings.filter((known) => known.type === type).map(({ name, text }) => [name, text ?? ""]));
      const [plain, secret] = [named("plain_text"), named("secret_text")];
      expect(readCloudSettings({ ...plain, ...secret })).toEqual(readCloudSettings(variablesOf(graph, "work") as Record<string, string>));
      expect(plain["ORIGIN_URL"]).toBe("https://apiurl.lambda-url.eu-central-1.on.aws/");
      expect(plain["LOOKS_QUEUE_URL"]).toEqual(queueUrl("Looks"));
      expect(Object.keys(secret).toSorted()).toEqual(["DATABASE_URL", "FRONT_TOKEN", "QUEUE_SECRET_ACCESS_KEY", "S3_SECRET_ACCESS_KEY"]);
      expect(readFrontToken(secret)).toBe(readFrontToken(variablesOf(graph, "api") as Record<string, string>));
      expect(new Set(bindings.map(({ name }) => name)).size).toBe(bindings.length);
      expect(bindings).toContainEqual({ type: "assets", name: "ASSETS" });
    },
    plants: worker(
      ["{ ...plain, ORIGIN_URL", "{ ORIGIN_URL"],
      ["{ ...plain, ORIGIN_URL: api.url }", "{ ...plain }"],
      ['type: "secret_text"', 'type: "plain_text"'],
      ["DATABASE_URL: url, ", ""],
      ["FRONT_TOKEN: key.frontToken", "FRONT_TOKEN: key.secret"],
    ).concat(changes("key.ts", ["LOOKS_QUEUE_URL: queues.looks.url", "LOOKS_QUEUE_URL: queues.wake.url"])),
  },
  {
    says: "Cloudflare: what the Worker says is kept, and what it was asked for, in which are the tokens of share links, is not",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const { observability } = one(graph, "cloudflare:index/workersScript:WorkersScript");
      expect(observability).toEqual({ enabled: true, logs: { enabled: true, invocationLogs: false } });
    },
    plants: worker(["invocationLogs: false", "invocationLogs: true"], ["enabled: true, logs", "enabled: false, logs"]),
  },
  {
    says: "Cloudflare: the Worker answers on its domain alone, has nothing of Node in it, and looks hourly whether anything is due",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const script = one(graph, "cloudflare:index/workersScript:WorkersScript");
      expect(script).toMatchObject({ compatibilityFlags: [], compatibilityDate: COMPATIBILITY_DATE });
      expect(script["contentFile"]).toMatch(/\/packages\/functions\/dist\/worker\/worker\.js$/u);
      const domain = { hostname: "photos.example.org", service: script["scriptName"] };
      expect(one(graph, "cloudflare:index/workersCustomDomain:WorkersCustomDomain")).toMatchObject(domain);
      const open = graph.resources.filter(({ name }) => name.endsWith(".WorkerUrl")).map(({ props }) => props["enabled"]);
      expect(open).toEqual([false]);
      const schedules = [{ cron: "0 * * * *" }];
      expect(one(graph, "cloudflare:index/workersCronTrigger:WorkersCronTrigger")).toMatchObject({
        schedules,
        scriptName: script["scriptName"],
      });
      expect(all(graph, "aws:scheduler/schedule:Schedule")).toEqual([]);
    },
    plants: worker(
      ["flags: []", 'flags: ["nodejs_compat"]'],
      ["        args.contentFile = contentFile;\n", ""],
      ["url: false", "url: true"],
      ['"0 * * * *"', '"* * * * *"'],
      ["...(domain !== undefined && { domain })", "...{}"],
    ),
  },
];
