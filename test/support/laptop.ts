import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** A running Tintype of the laptop shape, as its own process. */
export type Laptop = {
  /** Origin of the app. */
  url: string;
  /** The one-time token, when the installation has no owner yet. */
  token: string | undefined;
  pid: number;
  /** Everything it has printed so far. */
  output: () => string;
  /** SIGKILL, at once. */
  kill: () => Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop: () => Promise<number | null>;
};

export type LaptopOptions = { dataDir: string; env?: Record<string, string> };

const ENTRY = new URL("../../packages/functions/src/entry/laptop.ts", import.meta.url).pathname;
const START_LIMIT = 60_000;

/** Starts it on free ports and waits for the line with its address. Rejects with all it printed when it ends before that. */
export async function startLaptop({ dataDir, env = {} }: LaptopOptions): Promise<Laptop> {
  const child = spawnLaptop({ dataDir, env });
  const exited = once(child, "exit");
  let output = "";
  const address = new Promise<URL>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`no address after ${START_LIMIT} ms:\n${output}`)), START_LIMIT);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /https?:\/\/[^\s/]+:\d+\/\S*/u.exec(output);
      if (!found || !output.includes("\n", found.index)) return;
      clearTimeout(limit);
      resolve(new URL(found[0]));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
  });
  const url = await address;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url: url.origin,
    token: new URLSearchParams(url.hash.slice(1)).get("token") ?? undefined,
    pid: child.pid ?? 0,
    output: () => output,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}

/** Kills it with SIGKILL `afterMs` after its spawn. True when that came before its address was printed, false when it was there already. */
export async function killStart(options: LaptopOptions, afterMs: number): Promise<boolean> {
  const child = spawnLaptop(options);
  const closed = once(child, "close");
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await sleep(afterMs);
  child.kill("SIGKILL");
  await closed;
  if (child.signalCode !== "SIGKILL") throw new Error(`it ended by itself with ${child.exitCode}:\n${output}`);
  return !output.includes("://");
}

/** What it prints and its exit code when it is expected to end by itself, for example on a bad setting. */
export async function runLaptop(options: LaptopOptions): Promise<{ code: number | null; output: string }> {
  const child = spawnLaptop(options);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const limit = setTimeout(() => child.kill("SIGKILL"), START_LIMIT);
  await once(child, "close");
  clearTimeout(limit);
  return { code: child.exitCode, output };
}

function spawnLaptop({ dataDir, env = {} }: LaptopOptions): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", ENTRY], {
    env: { ...process.env, NODE_ENV: "production", PORT: "0", S3_PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
