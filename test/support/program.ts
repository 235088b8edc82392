import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** A running Tintype of any shape, as its own process. */
export type Program = {
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

/**
 * `entry` is the name of a file in functions/src/entry, or the `bundle` of the homelab shape or the `laptop-bundle`, which start in a quarter of
 * the time (see bundle-build.ts); `home` the folder of the program, this one when absent; `command` starts something else instead.
 */
export type ProgramOptions = {
  entry: "laptop" | "node" | "bundle" | "laptop-bundle";
  env: Record<string, string>;
  home?: string;
  command?: readonly string[];
};

const HERE = fileURLToPath(new URL("../../", import.meta.url));

/** Longer than the minute for which a start waits for Postgres: then it says so itself. */
const START_LIMIT = 90_000;

/** Starts it and waits for the line with its address. Rejects with all it printed when it ends before that. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const child = spawnProgram(options);
  const exited = once(child, "exit");
  const output = heard(child);
  const address = new Promise<URL>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`no address after ${START_LIMIT} ms:\n${output()}`)), START_LIMIT);
    const read = (): void => {
      const found = /^ {2}(https?:\/\/[^\s/]+\/\S*)\n/mu.exec(output())?.[1];
      if (found === undefined) return;
      clearTimeout(limit);
      resolve(new URL(found));
    };
    child.stdout?.on("data", read);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}:\n${output()}`)));
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
    output,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}

/** Kills it with SIGKILL `afterMs` after its spawn. True when that came before its address was printed, false when it was there already. */
export async function killStart(options: ProgramOptions, afterMs: number): Promise<boolean> {
  const child = spawnProgram(options);
  const closed = once(child, "close");
  const output = heard(child);
  await sleep(afterMs);
  child.kill("SIGKILL");
  await closed;
  if (child.signalCode !== "SIGKILL") throw new Error(`it ended by itself with ${child.exitCode}:\n${output()}`);
  return !output().includes("://");
}

/** What it prints and its exit code when it is expected to end by itself, for example on a bad setting. */
export async function runProgram(options: ProgramOptions): Promise<{ code: number | null; output: string }> {
  const child = spawnProgram(options);
  const output = heard(child);
  const limit = setTimeout(() => child.kill("SIGKILL"), START_LIMIT);
  await once(child, "close");
  clearTimeout(limit);
  return { code: child.exitCode, output: output() };
}

/** What the child has printed so far. */
function heard(child: ChildProcess): () => string {
  let output = "";
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  return () => output;
}

function spawnProgram({ entry, env, home = HERE, command }: ProgramOptions): ChildProcess {
  const functions = join(home, "packages/functions");
  const bundled = { bundle: "node/node.js", "laptop-bundle": "laptop/laptop.js", laptop: undefined, node: undefined }[entry];
  const own =
    bundled === undefined
      ? [process.execPath, "--import", "tsx", join(functions, "src/entry", `${entry}.ts`)]
      : [process.execPath, join(functions, "dist", bundled)];
  const [program = "", ...args] = command ?? own;
  return spawn(program, args, {
    cwd: home,
    env: { ...process.env, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
