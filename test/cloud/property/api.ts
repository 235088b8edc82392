import { expect } from "vitest";
import { readCloudSettings } from "../../../packages/functions/src/adapters/settings-cloud.ts";
import { all, AWS, AWS_DOMAIN, changes, CLOUDFLARE, CLOUDFLARE_DEV, functionOf, one, type Property, variablesOf } from "./property.ts";

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
        const settings = readCloudSettings(variablesOf(graph, entry) as Record<string, string>);
        const key = { accessKeyId: "KeeperKey-id", secretAccessKey: "the secret of the key" };
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
    says: "the database is brought up to date with each version of the functions, and who deploys is told where Tintype is opened",
    on: [AWS, CLOUDFLARE],
    holds: (graph) => {
      const { functionName, triggers } = one(graph, "aws:lambda/invocation:Invocation");
      expect(functionName).toBe(functionOf(graph, "migrate")["name"]);
      expect(triggers).toEqual({ code: expect.stringMatching(/^assets\/Migrate-code-[\da-f]{64}\.zip$/u) });
      expect(graph.outputs).toMatchObject({
        bucket: expect.stringContaining("mediabucket"),
        open: "https://d1.cloudfront.net/setup#token=1",
      });
    },
    plants: api(['input: "{}", triggers', 'input: "{}"'], ['"open"', '"url"']),
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
      expect(Object.keys(secret).toSorted()).toEqual(["DATABASE_URL", "QUEUE_SECRET_ACCESS_KEY", "S3_SECRET_ACCESS_KEY"]);
      expect(new Set(bindings.map(({ name }) => name)).size).toBe(bindings.length);
      expect(bindings).toContainEqual({ type: "assets", name: "ASSETS" });
    },
    plants: worker(
      ["{ ...plain, ORIGIN_URL", "{ ORIGIN_URL"],
      ["{ ...plain, ORIGIN_URL: api.url }", "{ ...plain }"],
      ['type: "secret_text"', 'type: "plain_text"'],
      [", DATABASE_URL };", " };"],
    ),
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
