import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** The Worker of the edge in real workerd, on its deployed bundle. */
export type Worker = {
  url: string;
  /** Hands a message of R2's to its queue; false when it is to be delivered again. */
  queue: (body: unknown) => Promise<boolean>;
  /** Hands it a batch of them; what became of each. */
  batch: (bodies: readonly unknown[]) => Promise<("done" | "again")[]>;
  scheduled: () => Promise<void>;
  /** Where V8's inspector of it is. */
  inspector: () => Promise<URL>;
  /** What it has written to its log. */
  log: () => string;
  stop: () => Promise<void>;
};

/** The file that is deployed. */
export const WORKER_BUNDLE = new URL("../../packages/functions/dist/worker/worker.js", import.meta.url);

/** As the Worker is deployed; later ones have no `Buffer` either, unless they are told to. */
const COMPATIBILITY_DATE = "2026-04-01";

/** `npm run bundle worker`. */
export function bundleWorker(): void {
  execFileSync("npm", ["run", "bundle", "--silent", "--", "worker"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: "pipe",
  });
}

/** Beside the bundle: requests to Neon go to its stand-in, as lambda-child.ts has it. */
const network = (neonOrigin: string, neonAddress: string): string => `
  const plainFetch = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return pathname === "/sql" ? plainFetch("${neonOrigin}/sql", init) : plainFetch(input, init);
  };
  const PlainSocket = globalThis.WebSocket;
  globalThis.WebSocket = function () {
    return new PlainSocket("${neonOrigin.replace("http", "ws")}/v2?address=${neonAddress}");
  };
`;

const SITE = fileURLToPath(new URL("../../packages/web/dist", import.meta.url));
/** As it is deployed. What is for SST is not imported, for its types are not here. */
async function headersFile(store: string): Promise<string> {
  const entryPoints = [fileURLToPath(new URL("../../packages/functions/infra/header.ts", import.meta.url))];
  const { outputFiles } = await build({ entryPoints, write: false, bundle: true, format: "esm" });
  const header: unknown = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? "")}`);
  // What it exports is what its source says.
  return (header as { headersFile: (from: string) => string }).headersFile(store);
}

/** The site as infra/worker.ts has it, from a copy of the built one. */
async function siteAt(directory: string, store: string) {
  cpSync(SITE, directory, { recursive: true });
  writeFileSync(join(directory, "_headers"), await headersFile(store));
  return {
    directory,
    binding: "ASSETS",
    assetConfig: { not_found_handling: "none" as const },
    routerConfig: { has_user_worker: true, static_routing: { user_worker: ["/api/*", "/s/*"] } },
  };
}

type Options = { port: number; env: Record<string, string>; neon: { origin: string; address: string } };

/** Starts it at a port of this machine. */
export async function startWorker({ port, env, neon }: Options): Promise<Worker> {
  let log = "";
  const site = mkdtempSync(join(tmpdir(), "tintype-site-"));
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port,
    inspectorPort: 0,
    compatibilityDate: COMPATIBILITY_DATE,
    modules: [
      { type: "ESModule", path: "main.mjs", contents: `import "./network.mjs"; export { default } from "./worker.mjs";` },
      { type: "ESModule", path: "network.mjs", contents: network(neon.origin, neon.address) },
      { type: "ESModule", path: "worker.mjs", contents: readFileSync(WORKER_BUNDLE, "utf8") },
    ],
    bindings: env,
    assets: await siteAt(site, env["S3_ENDPOINT"] ?? ""),
    handleRuntimeStdio: (...streams: Readable[]) => {
      for (const stream of streams) stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
    },
  });
  const url = (await miniflare.ready).origin;
  const worker = eventsOf(await miniflare.getWorker());
  let messages = 0;
  const batch: Worker["batch"] = async (bodies) => {
    const sent = bodies.map((body) => ({ id: String(++messages), timestamp: new Date(), attempts: 1, body }));
    const { outcome, explicitAcks, retryMessages } = await worker.queue("events", sent);
    if (outcome !== "ok") throw new Error(`The queue's handler ended with ${outcome}.`);
    return sent.map(({ id }) => {
      const [isDone, isAgain] = [explicitAcks.includes(id), retryMessages.some(({ msgId }) => msgId === id)];
      if (isDone === isAgain) throw new Error(`Of message ${id} the handler said nothing, or both.`);
      return isDone ? "done" : "again";
    });
  };
  return {
    url,
    batch,
    queue: async (body) => (await batch([body]))[0] === "done",
    scheduled: async () => {
      const { outcome } = await worker.scheduled({ cron: "0 * * * *" });
      if (outcome !== "ok") throw new Error(`The clock's handler ended with ${outcome}.`);
    },
    inspector: () => miniflare.getInspectorURL(),
    log: () => log,
    stop: async () => {
      await miniflare.dispose();
      rmSync(site, { recursive: true, force: true });
    },
  };
}

type Outcome = { outcome: string };
type Message = { id: string; timestamp: Date; attempts: number; body: unknown };
type Events = {
  queue: (name: string, messages: Message[]) => Promise<Outcome & { explicitAcks: string[]; retryMessages: { msgId: string }[] }>;
  scheduled: (at: { cron: string }) => Promise<Outcome>;
};

/** Guarantee: miniflare's own word for what it gives needs Cloudflare's types, and has these two. */
function eventsOf(fetcher: unknown): Events {
  return fetcher as Events;
}
