import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Keys } from "./s3-sign.ts";

/** An S3 server in a process of its own. */
export type S3Process = {
  url: string;
  pid: number;
  /** Resident memory in bytes, and the most that it ever was. */
  memory(): { now: number; peak: number };
  /** Resolves when the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
};

export const KEYS: Keys = { accessKeyId: "testaccesskey", secretAccessKey: "testsecretkey1234567890" };
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const START_TIMEOUT = 60_000;

/** Our own server on `dir`, as `npm run s3` starts it. */
export async function startOwn(dir: string, port?: number): Promise<S3Process> {
  const own = port ?? (await freePort());
  const args = [
    ...(process.env["S3_NODE_ARGS"]?.split(" ") ?? []),
    "--import",
    "tsx",
    join(ROOT, "packages/s3/src/main.ts"),
    "--dir",
    dir,
    "--port",
    String(own),
  ];
  return start(process.execPath, args, own, { S3_ACCESS_KEY_ID: KEYS.accessKeyId, S3_SECRET_ACCESS_KEY: KEYS.secretAccessKey });
}

/** MinIO on `dir`; undefined when it is not installed. */
export async function startMinio(dir: string): Promise<S3Process | undefined> {
  const program = findTool("minio");
  if (program === undefined) return undefined;
  const [port, console] = [await freePort(), await freePort()];
  const args = ["server", dir, "--quiet", "--address", `127.0.0.1:${port}`, "--console-address", `127.0.0.1:${console}`];
  return start(program, args, port, { MINIO_ROOT_USER: KEYS.accessKeyId, MINIO_ROOT_PASSWORD: KEYS.secretAccessKey });
}

/** versitygw over plain files in `dir`; undefined when it is not installed. */
export async function startVersity(dir: string): Promise<S3Process | undefined> {
  const program = findTool("versitygw");
  if (program === undefined) return undefined;
  const port = await freePort();
  return start(program, ["--port", `127.0.0.1:${port}`, "--quiet", "--keep-alive", "posix", dir], port, {
    ROOT_ACCESS_KEY: KEYS.accessKeyId,
    ROOT_SECRET_KEY: KEYS.secretAccessKey,
  });
}

/** A program on the PATH or in the cache of tools. */
export function findTool(name: string): string | undefined {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tintype", "bin");
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), cache];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Another HTTP server in a process of its own, on a free port; waits until it answers. */
export async function startProgram(
  program: string,
  args: (port: number) => readonly string[],
  env: Record<string, string>,
): Promise<S3Process> {
  const port = await freePort();
  return start(program, args(port), port, env);
}

async function start(program: string, args: readonly string[], port: number, env: Record<string, string>): Promise<S3Process> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", process.env["S3_OUT"] ? "inherit" : "ignore", "pipe"],
    cwd: ROOT,
  });
  const url = `http://127.0.0.1:${port}`;
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      resolve();
    });
  });
  await untilUp(url, child, () => said);
  return {
    url,
    pid: child.pid ?? 0,
    memory: () => memoryOf(child.pid ?? 0),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await ended;
    },
  };
}

async function untilUp(url: string, child: ChildProcess, said: () => string): Promise<void> {
  for (const deadline = Date.now() + START_TIMEOUT; Date.now() < deadline; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The server ended at once: ${said()}`);
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return;
  }
  child.kill("SIGKILL");
  throw new Error(`The server did not come up: ${said()}`);
}

function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "mu").exec(status)?.[1]) * 1024;
  return { now: read("VmRSS"), peak: read("VmHWM") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}
