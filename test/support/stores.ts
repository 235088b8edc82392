import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createServer, type Webhook } from "@tintype/s3";
import type { S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { policyFor } from "../../packages/functions/src/adapters/store-s3-policy.ts";
import { CEPH_TOOLS, startCeph } from "./ceph.ts";
import { freePort } from "./postgres.ts";
import { findTool } from "./s3-process.ts";

const run = promisify(execFile);

/** A running S3 store: how to reach it, and how to end it and its files. */
export type RunningStore = {
  options: S3Options;
  /** Where its objects lie as files that a hand may write at any time. */
  folder?: string;
  stop: () => Promise<void>;
};

/** A store in a process of its own, on files in `dir`. */
export type StoreProcess = RunningStore & {
  dir: string;
  /** SIGKILL. */
  kill: () => Promise<void>;
  /** Starts it again on the same files and port. */
  restart: () => Promise<void>;
};

/** A kind of store under contract. */
export type StoreKind = {
  name: string;
  /** How it calls itself in the Server header. */
  server: string | undefined;
  /** False where CORS is set for the whole server. */
  perBucketCors: boolean;
  /** False where a copy overwrites unasked. */
  copiesOnce: boolean;
  /** False where a signed URL takes other bytes than it was signed for, and overwrites. */
  pins: boolean;
  start: () => Promise<RunningStore>;
};

const ROOT = { accessKeyId: "contract-root-key", secretAccessKey: "contract-root-secret-of-32-characters" };
export const CREDENTIALS = { accessKeyId: "contract-access-key", secretAccessKey: "contract-secret-key-of-32-characters" };
/** How it is set up: whose pages may come, and where events go. */
export const SETTING = {
  origin: "https://photos.example",
  hook: { url: "http://127.0.0.1:1/api/hooks/store", token: "hook-token-of-the-contract" },
};
const COMMON = { bucket: "photos", region: "us-east-1", ...CREDENTIALS };

/** Keys that a careless store or client gets wrong. */
export const KEYS = ["plain.jpg", "a b+c&d=e%20f.jpg", "ünïcode/日本語/😀.jpg", "quote'\"<>.jpg", "tilde~()!*.jpg", "deep/er/est/file"];

const KINDS: readonly (StoreKind & { tools: readonly string[] })[] = [
  {
    name: "embedded server",
    server: "Tintype S3",
    perBucketCors: true,
    copiesOnce: true,
    pins: true,
    tools: [],
    start: () => startEmbedded(),
  },
  {
    name: "MinIO",
    server: "MinIO",
    perBucketCors: false,
    copiesOnce: false,
    pins: true,
    tools: ["minio", "mc"],
    start: () => startMinio(),
  },
  { name: "versitygw", server: "VERSITYGW", perBucketCors: true, copiesOnce: false, pins: true, tools: ["versitygw"], start: startVersity },
];
const CEPH = {
  name: "Ceph RGW",
  server: undefined,
  perBucketCors: true,
  copiesOnce: false,
  pins: false,
  tools: CEPH_TOOLS,
  start: startGateway,
};

/** What `npm run test:stores` calls each. */
const CALLED: Readonly<Record<string, (typeof KINDS)[number]>> = Object.fromEntries(
  [...KINDS, CEPH].map((kind) => [kind.name.replace(/ .*/u, "").toLowerCase(), kind]),
);
export const STORE_NAMES: readonly string[] = Object.keys(CALLED);
export const COLUMNS: readonly string[] = [...KINDS, CEPH].map(({ name }) => name);

const chosen = CALLED[process.env["TEST_STORE"] ?? ""];

/** How those are started whose settings name the webhook, so that it is there to be set up. */
export const hooked: Readonly<Record<string, (() => Promise<RunningStore>) | undefined>> = {
  "embedded server": () => startEmbedded([{ id: "TINTYPE", ...SETTING.hook }]),
  MinIO: () => startMinio(webhookOf(SETTING.hook)),
};

/** MinIO's settings for a webhook, as `docs/homelab.md` has them; events for one that is away wait in MinIO's memory and are lost with it. */
export function webhookOf({ url, token }: { url: string; token: string }): Record<string, string> {
  return {
    MINIO_NOTIFY_WEBHOOK_ENABLE_TINTYPE: "on",
    MINIO_NOTIFY_WEBHOOK_ENDPOINT_TINTYPE: url,
    MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_TINTYPE: token,
  };
}

/** The store that `npm run test:stores` has named, or every one that can run here: the embedded one always. */
export const STORES: readonly StoreKind[] = (chosen ? [chosen] : KINDS).filter(isInstalled);

function isInstalled({ name, tools }: (typeof KINDS)[number]): boolean {
  if (tools.every((tool) => findTool(tool) !== undefined)) return true;
  const notice = `${name} is not installed (.ci/run does it, but for Ceph)`;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: the contract is not run on it`);
  return false;
}

/** Ceph's gateway answers only when all of it is up. */
async function startGateway(): Promise<RunningStore> {
  const { endpoint, stop } = await startCeph(CREDENTIALS);
  await untilAnswering(endpoint, new Promise(() => undefined));
  return { options: { ...COMMON, endpoint }, stop };
}

async function startEmbedded(webhooks: readonly Webhook[] = []): Promise<RunningStore> {
  const dir = mkdtempSync(join(tmpdir(), "tintype-store-"));
  const server = await createServer({ dir, credentials: [CREDENTIALS], webhooks });
  await server.listen(0);
  const stop = async (): Promise<void> => {
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { options: { ...COMMON, endpoint: server.url }, stop };
}

/**
 * MinIO with these variables. The credential of `options` is a user that may do what `policyFor` says and no more; `root` made it. `folder` is
 * for its own files, else it makes one.
 */
export async function startMinio(env: Record<string, string> = {}, folder?: string): Promise<StoreProcess & { root: S3Options }> {
  const command: Command = (dir, port, consolePort) => ({
    args: ["server", dir, "--quiet", "--address", `127.0.0.1:${port}`, "--console-address", `127.0.0.1:${consolePort}`],
    env: { MINIO_ROOT_USER: ROOT.accessKeyId, MINIO_ROOT_PASSWORD: ROOT.secretAccessKey, ...env },
  });
  const running = await startBinary("minio", command, folder);
  try {
    await addMinioUser(running.options);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return { ...running, root: { ...running.options, ...ROOT } };
}

async function addMinioUser({ endpoint, bucket, accessKeyId, secretAccessKey }: S3Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tintype-mc-"));
  const host = endpoint.replace("://", `://${ROOT.accessKeyId}:${ROOT.secretAccessKey}@`);
  const mc = (...args: string[]) =>
    run(findTool("mc") ?? "mc", ["--config-dir", folder, "admin", ...args], { env: { ...process.env, MC_HOST_store: host } });
  try {
    writeFileSync(join(folder, "policy.json"), JSON.stringify(policyFor(bucket)));
    await mc("policy", "create", "store", "tintype", join(folder, "policy.json"));
    await mc("user", "add", "store", accessKeyId, secretAccessKey);
    await mc("policy", "attach", "store", "tintype", "--user", accessKeyId);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startVersity(): Promise<StoreProcess> {
  const running = await startBinary("versitygw", (dir, port) => ({
    args: ["--port", `127.0.0.1:${port}`, "posix", dir],
    env: { ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey },
  }));
  return { ...running, folder: join(running.dir, COMMON.bucket) };
}

type Command = (dir: string, port: number, other: number) => { args: readonly string[]; env: Record<string, string> };

async function startBinary(name: string, command: Command, place?: string): Promise<StoreProcess> {
  const root = place ?? mkdtempSync(join(tmpdir(), `tintype-${name}-`));
  const dir = join(root, "data");
  mkdirSync(dir);
  const port = await freePort();
  const { args, env } = command(dir, port, await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const launch = async (): Promise<ChildProcess> => {
    const started = spawn(findTool(name) ?? name, args, { env: { ...process.env, ...env }, stdio: "ignore", cwd: root });
    await untilAnswering(endpoint, once(started, "exit"));
    return started;
  };
  let child = await launch();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    options: { ...COMMON, endpoint },
    dir,
    kill: () => end("SIGKILL"),
    restart: async () => {
      child = await launch();
    },
    stop: async () => {
      await end("SIGTERM");
      rmSync(place === undefined ? root : dir, { recursive: true, force: true });
    },
  };
}

async function untilAnswering(url: string, ended: Promise<unknown>): Promise<void> {
  const over = ended.then(() => {
    throw new Error("the store ended before it answered");
  });
  // It ends some day, when nobody waits any more.
  over.catch(() => undefined);
  for (let tries = 0; tries < 150; tries++) {
    const answered = await Promise.race([over, isAnswering(url)]);
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`nothing answers at ${url}`);
}

/** MinIO answers 503 as long as it starts. */
function isAnswering(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ status }) => status < 500,
    () => false,
  );
}
