import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { DEPLOY, inOrder, readCompose, readEnvExample, type Service } from "./compose.ts";
import { freePort, type Postgres, startPostgres } from "./postgres.ts";

/** The services of deploy/compose.yaml as processes of this machine. */
export type Deployment = {
  /** The folder in which compose.yaml lies, with data/ and secrets/. */
  dir: string;
  url: string;
  /** Where the store answers. */
  storeUrl: string;
  /** Everything that a service has printed so far. */
  output: (service: string) => string;
  /** Ends all with SIGTERM, the last started first; gives the exit codes of those that ran until then. */
  stop: () => Promise<Record<string, number | null>>;
};

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TOOLS = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tintype", "bin");
/** What a container does not have either. */
const LOCKED = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--pdeathsig=KILL"];

type Running = { child: ChildProcess; output: () => string };

/**
 * Starts what `docker compose up` would with STORE in .env: the same commands with the same variables, in the order of depends_on, each waited
 * for by its own health check. Other than there: one machine instead of a network of them, so ports and paths are replaced; Postgres is
 * Debian's; and nothing has a root file system of its own.
 */
export async function startCompose(store: string): Promise<Deployment> {
  const dir = mkdtempSync(join(tmpdir(), "tintype-deploy-"));
  cpSync(DEPLOY, dir, { recursive: true });
  const [port, storePort] = [await freePort(), await freePort()];
  const env = readEnvExample({
    STORE: store,
    PUBLIC_URL: `http://localhost:${port}`,
    S3_PUBLIC_ENDPOINT: `http://localhost:${storePort}`,
    LISTEN: `127.0.0.1:${port}`,
    STORE_LISTEN: `127.0.0.1:${storePort}`,
  });
  const services = readCompose(env);
  const running = new Map<string, Running>();
  const world: World = { dir, ports: { "3000": port, "9000": storePort } };
  let postgres: Postgres | undefined;
  const stop: Deployment["stop"] = async () => {
    const codes: Record<string, number | null> = {};
    for (const [name, { child }] of [...running].toReversed()) {
      const wasRunning = child.exitCode === null;
      if (wasRunning && child.kill("SIGTERM")) await once(child, "exit");
      if (wasRunning) codes[name] = child.exitCode;
    }
    await postgres?.stop();
    rmSync(dir, { recursive: true, force: true });
    return codes;
  };
  try {
    for (const name of inOrder(services, (env["COMPOSE_PROFILES"] ?? "").split(","))) {
      const service = services[name];
      if (service === undefined) throw new Error(`no service ${name}`);
      if (name === "postgres") {
        postgres = await startDatabase(dir, service);
        continue;
      }
      const started = start(name, service, world);
      running.set(name, started);
      await until(name, service, started, world);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    url: env["PUBLIC_URL"] ?? "",
    storeUrl: env["S3_PUBLIC_ENDPOINT"] ?? "",
    output: (name) => running.get(name)?.output() ?? "",
    stop,
  };
}

type World = { dir: string; ports: Readonly<Record<string, number>> };

/** The command of a service, as its image starts it. */
function commandOf({ image, entrypoint, command }: Service): string[] {
  if (image !== "tintype") return [...(entrypoint ?? []), ...command];
  // The image's own command; deploy/tintype is on its path.
  return ["sh", join(DEPLOY, "tintype"), ...(command.length > 0 ? command.slice(1) : ["serve"])];
}

function start(name: string, service: Service, world: World): Running {
  const here = placed(name, service, world);
  const args = commandOf(service).map(here);
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
function placed(name: string, { volumes }: Service, { dir, ports }: World): (text: string) => string {
  const mounts = new Map(
    [`${scratch(name)}:/tmp`, ...volumes].map((volume) => volume.split(":")).map(([from = "", to = ""]) => [to, join(dir, from)]),
  );
  for (const path of mounts.values()) if (!path.endsWith(".sh")) mkdirSync(path, { recursive: true });
  const paths = new RegExp(`(?<=^|[\\s="'])(?:${[...mounts.keys()].join("|")})(?=/|$|[\\s"'])`, "gu");
  const hosts = /(?:\b(?:tintype|minio|versitygw)|0\.0\.0\.0|127\.0\.0\.1)?:(?<port>3000|9000)\b/gu;
  return (text) =>
    text.replaceAll(paths, (path) => mounts.get(path) ?? path).replaceAll(hosts, (_, port: string) => `127.0.0.1:${ports[port]}`);
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

/** Debian's Postgres with the database and the health check of the service; its address takes the place of the containers' own. */
async function startDatabase(dir: string, { environment: own, healthcheck }: Service): Promise<Postgres> {
  const postgres = await startPostgres();
  if (postgres === undefined) throw new Error("Postgres is not installed (apt-get install postgresql)");
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${own["POSTGRES_DB"] ?? ""} owner ${own["POSTGRES_USER"] ?? ""}`);
  await client.end();
  const { host, port } = new URL(postgres.url);
  const bin = postgresFolders().join(":");
  const isReady = await succeeds(healthcheck?.test.slice(1) ?? [], { PATH: `${process.env["PATH"] ?? ""}:${bin}`, PGPORT: port });
  if (!isReady) throw new Error("Postgres is not healthy");
  const path = join(dir, "secrets/app/database-url");
  writeFileSync(path, readFileSync(path, "utf8").replace("@postgres:5432", `@${host}`));
  return postgres;
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
