import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { secretsIn, unwrapped } from "./mark.ts";
import { answerCall, answerResource, REGION } from "./mock.ts";
import type { Tree } from "./tree.ts";

/**
 * A resource as its provider would be asked for it. `after`: the names of those that must be there before. `secrets`: which of its properties the
 * state keeps encrypted, and no command shows. `options`: what else Pulumi is told of it, each where it is told at all.
 */
export type Resource = {
  type: string;
  name: string;
  props: Record<string, unknown>;
  isProtected: boolean;
  isRetained: boolean;
  after: readonly string[];
  secrets: readonly string[];
  options: Record<string, unknown>;
};

/** What SST is told to build for a function or a Worker. */
type Build = { functionID: string; handler: string; bundle?: string; links?: Record<string, Record<string, unknown>> };

/** What else may be set. */
const SETTINGS = ["TINTYPE_COLD_AFTER_DAYS", "TINTYPE_BUDGET_USD", "TINTYPE_INGEST_CONCURRENCY"] as const;

/** All that a deployment would ask for. */
export type Graph = { app: Record<string, unknown>; outputs: unknown; resources: readonly Resource[]; builds: readonly Build[] };

/** What is deployed: as whose settings sst.config.ts reads them. */
export type Deployment = {
  edge: "aws" | "cloudflare";
  stage: string;
  domain?: string;
  region?: string;
  protect?: "off";
  settings?: Readonly<Record<(typeof SETTINGS)[number], string>>;
};

/** The part of Pulumi and of SST's platform that evaluates a configuration. */
type Platform = {
  globals: Record<string, unknown>;
  run: (program: () => Promise<unknown>) => Promise<unknown>;
  LocalStore: new () => { leakCandidates: Set<unknown> };
  runtime: {
    asyncLocalStorage: { run: <T>(store: unknown, work: () => Promise<T>) => Promise<T> };
    setMocks: (mocks: Mocks, project: string, stack: string) => Promise<void>;
    getMonitor: () => { registerResource: (request: Request, done: unknown) => unknown };
    runInPulumiStack: (program: () => Promise<unknown>) => Promise<unknown>;
    waitForRPCs: (disconnect: boolean) => Promise<void>;
  };
};
type Mocks = {
  call: (call: { token: string; inputs: Record<string, unknown> }) => Record<string, unknown>;
  newResource: (asked: { type: string; name: string; inputs: Record<string, unknown> }) => { id: string; state: Record<string, unknown> };
};
type Request = {
  getType: () => string;
  getName: () => string;
  getProtect: () => boolean;
  getRetainondelete: () => boolean;
  getDependenciesList: () => string[];
  getProvider: () => string;
  getIgnorechangesList: () => string[];
  getReplaceonchangesList: () => string[];
  getDeletebeforereplace: () => boolean;
  getImportid: () => string;
  getObject: () => { toJavaScript: () => unknown } | undefined;
};
type Config = { default: { app: (input: { stage: string }) => Promise<Record<string, unknown>>; run: () => Promise<unknown> } };

/** Evaluates configurations, one after the other, without any provider. */
export type Evaluator = { evaluate: (tree: Tree, deployment: Deployment) => Promise<Graph>; close: () => void };

/** SST's own shim and the providers, as it gives them to a configuration. */
const INSIDE = `
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as sst from "./src/components";
import * as shim from "./src/shim/run.js";
import * as aws from "@pulumi/aws";
import * as cloudflare from "@pulumi/cloudflare";
import * as neon from "@sst-provider/neon";
// The code of providers is not what is looked at, and reading it out of its closures is most of the time.
require("@pulumi/pulumi/runtime/closure/serializeClosure").serializeFunction = async () => "";
export { run } from "./src/auto/run";
export const globals = { ...shim, sst, aws, cloudflare, neon };
export const LocalStore = state.LocalStore;
export const runtime = { ...pulumi.runtime, asyncLocalStorage: globalThis.asyncLocalStorage, getMonitor: settings.getMonitor };
`;

/** Bundles the platform's sources, which are TypeScript, and starts what answers for SST's own server. */
export async function createEvaluator(platform: string): Promise<Evaluator> {
  const folder = mkdtempSync(join(tmpdir(), "tintype-graph-"));
  symlinkSync(join(platform, "node_modules"), join(folder, "node_modules"));
  const load = createRequire(join(folder, "load.cjs"));
  const bundle = async (from: object, name: string): Promise<unknown> => {
    const outfile = join(folder, name);
    await build({ ...from, outfile, bundle: true, platform: "node", format: "cjs", packages: "external", logLevel: "silent" });
    return load(outfile);
  };
  const built: Build[] = [];
  const server = await serveBuilds(built, folder);
  process.env["CLOUDFLARE_DEFAULT_ACCOUNT_ID"] = "account";
  process.env["SST_SECRET_AlarmEmail"] = "the AlarmEmail";
  Object.assign(globalThis, { $app: {}, $dev: false });
  const loaded = await bundle({ stdin: { contents: INSIDE, resolveDir: platform, loader: "ts" } }, "platform.cjs");
  // What it exports is what INSIDE says.
  const { globals, run, runtime, LocalStore } = loaded as Platform;
  Object.assign(globalThis, globals);
  let count = 0;
  const evaluate = async (tree: Tree, { edge, stage, domain, protect, settings, region = REGION }: Deployment): Promise<Graph> => {
    built.length = 0;
    process.env["TINTYPE_EDGE"] = edge;
    for (const [name, value] of [
      ["TINTYPE_DOMAIN", domain],
      ["TINTYPE_PROTECT", protect],
      ...SETTINGS.map((setting) => [setting, settings?.[setting]] as const),
    ] as const) {
      delete process.env[name];
      if (value !== undefined) process.env[name] = value;
    }
    const { default: config } = (await bundle({ entryPoints: [join(tree.root, "sst.config.ts")] }, `config-${count++}.cjs`)) as Config;
    const app = await config.app({ stage });
    const paths = { home: folder, root: tree.root, work: join(folder, "work"), platform };
    Object.assign(globalThis, { $app: { ...app, stage }, $cli: { command: "deploy", rpc: "", paths, state: { version: {} } } });
    const resources: Resource[] = [];
    const options = new Map<string, Request>();
    const [home, traces] = [process.cwd(), Error.stackTraceLimit];
    // Pulumi keeps a trace for each of thousands of promises.
    Error.stackTraceLimit = 0;
    const store = new LocalStore();
    const outputs = await runtime.asyncLocalStorage.run(store, async () => {
      const newResource: Mocks["newResource"] = (asked) => {
        const request = options.get(`${asked.type} ${asked.name}`);
        resources.push({
          type: asked.type,
          name: asked.name,
          props: unwrapped(asked.inputs) as Record<string, unknown>,
          isProtected: request?.getProtect() === true,
          isRetained: request?.getRetainondelete() === true,
          after: request?.getDependenciesList().map(nameIn) ?? [],
          // As it was sent: what the mocks are given is marked as a whole.
          secrets: secretsIn(request?.getObject()?.toJavaScript()),
          options: optionsOf(request),
        });
        return answerResource(asked);
      };
      await runtime.setMocks({ call: (call) => answerCall(call, region), newResource }, "tintype", stage);
      const monitor = runtime.getMonitor();
      const register = monitor.registerResource.bind(monitor);
      monitor.registerResource = (request, done) => {
        options.set(`${request.getType()} ${request.getName()}`, request);
        return register(request, done);
      };
      const told = await runtime.runInPulumiStack(() => run(config.run));
      // Not until nothing is promised any more has all been asked for.
      for (let isQuiet = false; !isQuiet || store.leakCandidates.size > 0; await sleep(1)) {
        isQuiet = store.leakCandidates.size === 0;
        await runtime.waitForRPCs(false);
      }
      return told;
    });
    process.chdir(home);
    Error.stackTraceLimit = traces;
    return { app, outputs: unwrapped(outputs), resources, builds: [...built] };
  };
  return {
    evaluate,
    close: () => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The name at the end of Pulumi's address of a resource. */
const nameIn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

function optionsOf(request: Request | undefined): Resource["options"] {
  const provider = request?.getProvider() ?? "";
  const told = {
    // The address, and after it an id.
    provider: provider === "" ? "" : nameIn(provider.slice(0, provider.lastIndexOf("::"))),
    ignoreChanges: request?.getIgnorechangesList(),
    replaceOnChanges: request?.getReplaceonchangesList(),
    deleteBeforeReplace: request?.getDeletebeforereplace(),
    import: request?.getImportid(),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : Boolean(value))));
}

/** Answers as SST's server does when its components ask for a build; all else that they ask it is an unknown method. */
async function serveBuilds(built: Build[], folder: string) {
  const out = join(folder, "out");
  mkdirSync(out);
  const answers: Record<string, (asked: Build) => unknown> = {
    "Runtime.Build": (asked) => {
      built.push(asked);
      writeFileSync(join(out, "built.js"), "");
      return { handler: "built.js", out, errors: [], sourcemaps: [] };
    },
    "Provider.Aws.Bootstrap": () => ({ asset: "assets", state: "state" }),
  };
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      // The form of SST's calls.
      const { method, params } = JSON.parse(text) as { method: string; params: [Build] };
      const answer = answers[method];
      response.end(JSON.stringify(answer ? { result: answer(params[0]) } : { error: "rpc: can't find it" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env["SST_SERVER"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
}
