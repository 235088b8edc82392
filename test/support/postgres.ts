import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A running Postgres of our own: its address, and how to end it and its files. */
export type Postgres = { url: string; stop: () => Promise<void> };

const HOME = "/usr/lib/postgresql";

/** Postgres refuses to run as root: then everything of it runs as the `postgres` user of Debian's package. */
const isRoot = process.getuid?.() === 0;
const HOW = [...(isRoot ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : []), "--pdeathsig=INT"];

/**
 * Starts a throw-away Postgres from Debian's package on a free port, with fsync off unless asked for, and waits until it answers (about 2 s).
 * It ends with this process at the latest. Returns undefined where Postgres is not installed.
 * Any password will do, but the address has one, because the Neon driver asks for it.
 */
export async function startPostgres({ fsync = false }: { fsync?: boolean } = {}): Promise<Postgres | undefined> {
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
  const server = spawn("setpriv", args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(server, "exit");
  const said: string[] = [];
  const lines = createInterface(server.stderr);
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      if (line.includes("ready to accept connections")) resolve();
    });
    void ended.then(() => {
      reject(new Error(`postgres ended before it was ready:\n${said.join("\n")}`));
    });
  });
  const stop = async (): Promise<void> => {
    server.kill("SIGINT");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  return { url: `postgres://tintype:any@127.0.0.1:${port}/postgres`, stop };
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

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
