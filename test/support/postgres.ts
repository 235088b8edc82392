import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** A running Postgres of our own: its address, and how to end it and its files. */
export type Postgres = {
  url: string;
  pid: () => number;
  /** SIGKILL, to all of its processes. */
  kill: () => Promise<void>;
  /** Starts it again on the same files and port. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
};

const HOME = "/usr/lib/postgresql";

/** Postgres refuses to run as root: then everything of it runs as the `postgres` user of Debian's package. */
const isRoot = process.getuid?.() === 0;
const HOW = [...(isRoot ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : []), "--pdeathsig=INT"];

/**
 * Starts a throw-away Postgres from Debian's package on a free port, with fsync off unless that is to be measured, and waits until it answers
 * (about 2 s). A kill loses nothing that it has written: that is the system's; but with fsync a start after it syncs every file of the database,
 * which has taken more than a minute beside other suites. It ends with this process at the latest. Returns undefined where Postgres is not installed.
 * Any password will do, but the address has one, because the Neon driver asks for it.
 */
export async function startPostgres({ fsync = false } = {}): Promise<Postgres | undefined> {
  const bin = binaries();
  if (bin === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), "tintype-postgres-"));
  if (isRoot) chownSync(dir, userId("-u"), userId("-g"));
  const data = join(dir, "data");
  run(join(bin, "initdb"), ["-D", data, "-U", "tintype", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
  const port = await freePort();
  const options = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    `fsync=${fsync ? "on" : "off"}`,
    "max_connections=40",
  ];
  const args = [...HOW, join(bin, "postgres"), "-D", data, ...options.flatMap((option) => ["-c", option])];
  let server = await launch(args);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
    // Its other processes outlive it for as long as they are at work; they can be told by where they are at home.
    if (signal === "SIGKILL") while (killAllIn(data)) await sleep(10);
  };
  return {
    url: `postgres://tintype:any@127.0.0.1:${port}/postgres`,
    pid: () => server.pid ?? 0,
    kill: () => end("SIGKILL"),
    restart: async () => {
      // What it leaves in shared memory is free a moment after its last process has gone.
      for (let tries = 1; ; tries++) {
        try {
          server = await launch(args);
          return;
        } catch (error) {
          if (tries === 50 || !/pre-existing shared memory|already running|in use/u.test(String(error))) throw error;
          await sleep(100);
        }
      }
    },
    stop: async () => {
      await end("SIGINT");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Starts the server and waits until it is ready; rejects with what it said when it ends before. */
async function launch(args: readonly string[]): Promise<ChildProcessByStdio<null, null, Readable>> {
  const server = spawn("setpriv", args, { stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(server.stderr).on("line", (line) => {
      said.push(line);
      if (line.includes("ready to accept connections")) resolve();
    });
    server.once("close", () => reject(new Error(`postgres ended before it was ready:\n${said.join("\n")}`)));
  });
  return server;
}

/** Kills each process whose working folder this is; gives whether there was one. */
function killAllIn(folder: string): boolean {
  const isIn = (pid: string): boolean => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      // It has just ended.
      return false;
    }
  };
  const found = readdirSync("/proc").filter((name) => /^\d+$/u.test(name) && isIn(name));
  for (const pid of found) spawnSync("kill", ["-KILL", pid]);
  return found.length > 0;
}

function binaries(): string | undefined {
  if (!existsSync(HOME)) return undefined;
  const versions = readdirSync(HOME).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(HOME, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

function userId(flag: "-u" | "-g"): number {
  return Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync("setpriv", [...HOW, command, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}

const LOWEST_PORT = 10_000;
/** The system gives ports above this to whoever connects: there a server that is started again may find its own taken. */
const HIGHEST_PORT = 32_000;

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT));
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    await new Promise((resolve) => {
      probe.close(resolve);
    });
    if (isFree) return port;
  }
}
