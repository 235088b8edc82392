import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "pg";
import { DEPLOY, inOrder, readCompose, readEnvFile, type Service } from "./compose.ts";
import { freePort, type Postgres, startPostgres } from "./postgres.ts";

/** An installation of deploy/ in a folder of its own, whose services are processes of this machine. */
export type Deployment = {
  /** The folder in which compose.yaml lies, with .env, data/ and secrets/. */
  dir: string;
  url: string;
  storeUrl: string;
  /** Starts what is not running of these services and of those that they wait for; all that the profiles of .env have unless they are named. */
  up: (services?: readonly string[], env?: Record<string, string>) => Promise<void>;
  /** Ends these services, or all but Postgres, with SIGTERM, the last started first; gives the exit codes of those that ran until then. */
  down: (services?: readonly string[]) => Promise<Record<string, number | null>>;
  /** Everything that a service has printed so far. */
  output: (service: string) => string;
  /** Runs a command as the service of that name would, and gives what it printed. */
  exec: (service: string, command: readonly string[]) => Promise<string>;
  /** Ends everything, and removes the folder. */
  close: () => Promise<void>;
};

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TOOLS = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tintype", "bin");
/** What a container does not have either. */
const LOCKED = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--pdeathsig=KILL"];

type Running = { child: ChildProcess; output: () => string };

/** Where the programs of the stores and their tools are found. */
export function toolPath(): string {
  return `${process.env["PATH"] ?? ""}:${TOOLS}`;
}

/** A deployment with STORE in its .env, and everything of it running, or these services and what they wait for. */
export async function startCompose(store: string, services?: readonly string[]): Promise<Deployment> {
  const deployment = await openDeployment();
  const env = readFileSync(join(deployment.dir, ".env.example"), "utf8").replace(/^STORE=.*$/mu, `STORE=${store}`);
  writeFileSync(join(deployment.dir, ".env"), env);
  try {
    await deployment.up(services);
    return deployment;
  } catch (error) {
    await deployment.close();
    throw error;
  }
}

/**
 * A copy of deploy/ in which `up` starts what `docker compose up` would: the same commands with the same variables, in the order of depends_on,
 * each waited for by its own health check. Other than there: one machine instead of a network of them, so ports and paths are replaced;
 * Postgres is Debian's; and nothing has a root file system of its own.
 */
export async function openDeployment(): Promise<Deployment> {
  const dir = mkdtempSync(join(tmpdir(), "tintype-deploy-"));
  cpSync(DEPLOY, dir, { recursive: true });
  const [port, storePort] = [await freePort(), await freePort()];
  const [url, storeUrl] = [`http://localhost:${port}`, `http://localhost:${storePort}`];
  const listen = { PUBLIC_URL: url, S3_PUBLIC_ENDPOINT: storeUrl, LISTEN: `127.0.0.1:${port}`, STORE_LISTEN: `127.0.0.1:${storePort}` };
  const running = new Map<string, Running>();
  const world: World = { dir, port, storePorts: new Map() };
  let postgres: Postgres | undefined;
  const read = (env: Record<string, string> = {}) => {
    const settings = readEnvFile(join(dir, ".env"), { ...listen, ...env });
    return { settings, services: readCompose(settings) };
  };
  const up: Deployment["up"] = async (wanted, env) => {
    const { settings, services } = read(env);
    for (const name of inOrder(services, settings["COMPOSE_PROFILES"]?.split(",") ?? [], wanted)) {
      const service = services[name];
      if (service === undefined) throw new Error(`no service ${name}`);
      if (running.get(name)?.child.exitCode === null) continue;
      const published = service.ports.find((each) => each.endsWith(":9000"));
      if (published !== undefined) world.storePorts.set(name, Number(published.split(":")[1]));
      if (name === "postgres") postgres ??= await startDatabase(service);
      else await begin(name, service);
      if (postgres !== undefined) useDatabase(dir, postgres);
    }
  };
  const begin = async (name: string, service: Service): Promise<void> => {
    const started = start(name, service, world);
    running.set(name, started);
    await until(name, service, started, world);
  };
  const down: Deployment["down"] = async (services = [...running.keys()]) => {
    const codes: Record<string, number | null> = {};
    for (const [name, { child }] of [...running].toReversed()) {
      if (!services.includes(name) || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGTERM");
      await once(child, "exit");
      codes[name] = child.exitCode;
    }
    return codes;
  };
  return {
    dir,
    url,
    storeUrl,
    up,
    down,
    output: (name) => running.get(name)?.output() ?? "",
    exec: async (name, command) => {
      const service = read().services[name];
      if (service === undefined) throw new Error(`no service ${name}`);
      const [program = "", ...args] = commandOf({ ...service, command: command.map(placed(name, service, world)) });
      return (await promisify(execFile)(program, args, { cwd: dir, env: environment(name, service, world) })).stdout;
    },
    close: async () => {
      await down();
      await postgres?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Where things are on this machine: Tintype's port, and that of each store that was started. */
type World = { dir: string; port: number; storePorts: Map<string, number> };

/** The command of a service, as its image starts it. */
function commandOf({ image, entrypoint, command }: Service): string[] {
  if (image !== "tintype") return [...(entrypoint ?? []), ...command];
  // The image's own command; deploy/tintype is on its path.
  return ["sh", join(DEPLOY, "tintype"), ...(command.length > 0 ? command.slice(1) : ["serve"])];
}

function start(name: string, service: Service, world: World): Running {
  const here = placed(name, service, world);
  // Only what is of the container: our own folder may be called as one of its paths.
  const args = commandOf({ ...service, entrypoint: service.entrypoint?.map(here), command: service.command.map(here) });
  const child = spawn("setpriv", [...LOCKED, ...args], {
    cwd: world.dir,
    env: environment(name, service, world),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

/** Nothing of this machine's environment goes in, as with a container. */
function environment(name: string, service: Service, world: World): Record<string, string> {
  const here = placed(name, service, world);
  const own = Object.entries(service.environment).map(([variable, value]) => [variable, here(value)] as const);
  const PATH = `${process.env["PATH"] ?? ""}:${TOOLS}`;
  return {
    PATH,
    HOME: scratch(name, world.dir),
    TINTYPE_HOME: ROOT,
    MC_HOST_local: here("http://127.0.0.1:9000"),
    ...Object.fromEntries(own),
  };
}

/** What stands for a path in the container, or for a host and port of its network, on this machine. */
function placed(name: string, { volumes }: Service, { dir, port, storePorts }: World): (text: string) => string {
  const mounts = new Map(
    [`${scratch(name)}:/tmp`, ...volumes].map((volume) => volume.split(":")).map(([from = "", to = ""]) => [to, join(dir, from)]),
  );
  for (const path of mounts.values()) if (!path.endsWith(".sh")) mkdirSync(path, { recursive: true });
  const paths = new RegExp(`(?<=^|[\\s="'])(?:${[...mounts.keys()].join("|")})(?=/|$|[\\s"'])`, "gu");
  const hosts = /(?:\b(?<host>tintype|minio|versitygw)|0\.0\.0\.0|127\.0\.0\.1)?:(?<inner>3000|9000)\b/gu;
  const portOf = (host = name, inner = ""): number => (inner === "3000" ? port : (storePorts.get(host) ?? 0));
  return (text) =>
    text
      .replaceAll(paths, (path) => mounts.get(path) ?? path)
      .replaceAll(hosts, (_, host: string | undefined, inner: string) => `127.0.0.1:${portOf(host, inner)}`);
}

function scratch(name: string, dir = ""): string {
  return join(dir, "tmp", name);
}

/** A service that ends must do so with 0; another is waited for by its own health check, as often as that says. */
async function until(name: string, service: Service, { child, output }: Running, world: World): Promise<void> {
  const { healthcheck } = service;
  if (healthcheck === undefined) {
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`${name} ended with ${code}:\n${output()}`);
    return;
  }
  const [, ...command] = healthcheck.test.map(placed(name, service, world));
  const limit = Date.now() + seconds(healthcheck.start_period) + seconds(healthcheck.interval) * healthcheck.retries;
  while (!(await succeeds(command, environment(name, service, world)))) {
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`${name} is not healthy (${child.exitCode}):\n${output()}`);
    await sleep(200);
  }
}

/** Debian's Postgres with the database and the health check of the service. */
async function startDatabase({ environment: own, healthcheck }: Service): Promise<Postgres> {
  const postgres = await startPostgres();
  if (postgres === undefined) throw new Error("Postgres is not installed (apt-get install postgresql)");
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${own["POSTGRES_DB"] ?? ""} owner ${own["POSTGRES_USER"] ?? ""}`);
  await client.end();
  const PATH = [process.env["PATH"], ...postgresFolders()].join(":");
  const isReady = await succeeds(healthcheck?.test.slice(1) ?? [], { PATH, PGPORT: new URL(postgres.url).port });
  if (!isReady) throw new Error("Postgres is not healthy");
  return postgres;
}

/** Its address takes the place of the one in the network of containers. */
function useDatabase(dir: string, { url }: Postgres): void {
  const path = join(dir, "secrets/app/database-url");
  writeFileSync(path, readFileSync(path, "utf8").replace("@postgres:5432", `@${new URL(url).host}`));
}

function postgresFolders(): string[] {
  return readdirSync("/usr/lib/postgresql").map((version) => join("/usr/lib/postgresql", version, "bin"));
}

function succeeds([program = "", ...args]: readonly string[], env: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, args, { env }, (error) => resolve(error === null));
  });
}

function seconds(duration: string): number {
  const value = /^(?<count>\d+)s$/u.exec(duration)?.groups?.["count"];
  if (value === undefined) throw new Error(`${duration} is not so many seconds`);
  return Number(value) * 1000;
}
