import { execFileSync, spawn } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findTool } from "./s3-process.ts";

/** The names of the app and of the store behind a proxy; browsers take every name below `localhost` for this machine. */
export const APP_HOST = "photos.localhost";
export const STORE_HOST = "s3.localhost";

export type Certificate = { certificate: string; key: string; /** For `--ignore-certificate-errors-spki-list`. */ pin: string };

/** `change` is a last word on the configuration, as text. */
export type ProxyOptions = { port: number; app: string; store: string; certificate: Certificate; change?: (text: string) => string };

/** A kind of reverse proxy, run with the very configuration of deploy/. */
export type ProxyKind = { name: string; start: (options: ProxyOptions) => Promise<Proxy> };

type Proxy = { stop: () => Promise<void> };

/** Every proxy that can run here. */
export const PROXIES: readonly ProxyKind[] = [
  ...installed("nginx", { name: "nginx", start: startOurNginx }),
  ...installed("caddy", { name: "Caddy", start: startCaddy }),
];

export const hasNginx = PROXIES.some(({ name }) => name === "nginx");

function installed(program: string, kind: ProxyKind): ProxyKind[] {
  if (find(program) !== undefined) return [kind];
  const notice = `${kind.name} is not installed (apt-get install ${program})`;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: nothing is tested behind it`);
  return [];
}

/** Debian has nginx where only root's PATH leads. */
function find(program: string): string | undefined {
  return findTool(program) ?? [join("/usr/sbin", program)].find((path) => existsSync(path));
}

/** A certificate of our own for both names, in `dir`. */
export function makeCertificate(dir: string): Certificate {
  const [certificate, key] = [join(dir, "fullchain.pem"), join(dir, "privkey.pem")];
  const names = `subjectAltName=DNS:${APP_HOST},DNS:${STORE_HOST}`;
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...kind, "-subj", "/CN=Tintype test", "-addext", names, "-keyout", key, "-out", certificate], {
    stdio: "ignore",
  });
  const spki = new X509Certificate(readFileSync(certificate)).publicKey.export({ type: "spki", format: "der" });
  return { certificate, key, pin: createHash("sha256").update(spki).digest("base64") };
}

/** Runs nginx with these server blocks, as an ordinary process; it listens on `port` among others. */
export async function startNginx(port: number, servers: string): Promise<Proxy> {
  const dir = mkdtempSync(join(tmpdir(), "tintype-nginx-"));
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(dir, name)};`);
  const path = join(dir, "nginx.conf");
  writeFileSync(
    path,
    `${process.getuid?.() === 0 ? "user root;" : ""} worker_processes 1; daemon off; pid ${join(dir, "pid")}; error_log stderr;
    events {} http { access_log off; ${folders.join(" ")} ${servers} }`,
  );
  return run("nginx", ["-c", path, "-p", dir, "-e", "stderr"], { dir, port });
}

function startOurNginx({ port, app, store, certificate, change = (text) => text }: ProxyOptions): Promise<Proxy> {
  const servers = replaced("nginx.conf", [
    ["listen 443 ssl", `listen ${port} ssl`],
    ["photos.example.org", APP_HOST],
    ["s3.example.org", STORE_HOST],
    ["/etc/ssl/tintype/fullchain.pem", certificate.certificate],
    ["/etc/ssl/tintype/privkey.pem", certificate.key],
    ["http://127.0.0.1:3000", app],
    ["http://127.0.0.1:9000", store],
  ]);
  return startNginx(port, change(servers));
}

async function startCaddy({ port, app, store, certificate, change = (text) => text }: ProxyOptions): Promise<Proxy> {
  const dir = mkdtempSync(join(tmpdir(), "tintype-caddy-"));
  // Instead of the certificate that Caddy would get for a name that the world knows.
  const tls = `\ttls ${certificate.certificate} ${certificate.key}\n`;
  const sites = replaced("Caddyfile", [
    ["photos.example.org {\n", `https://${APP_HOST}:${port} {\n${tls}`],
    ["s3.example.org {\n", `https://${STORE_HOST}:${port} {\n${tls}`],
    ["127.0.0.1:3000", new URL(app).host],
    ["127.0.0.1:9000", new URL(store).host],
  ]);
  const path = join(dir, "Caddyfile");
  writeFileSync(path, `{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n${change(sites)}`);
  return run("caddy", ["run", "--config", path, "--adapter", "caddyfile"], { dir, port });
}

/** A file of deploy/ with each of these replaced; one that is not in it is an error, so that the file and its test stay together. */
function replaced(name: string, pairs: readonly (readonly [from: string, to: string])[]): string {
  let text = readFileSync(new URL(`../../deploy/${name}`, import.meta.url), "utf8");
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`deploy/${name} has no ${JSON.stringify(from)}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

async function run(program: string, args: readonly string[], { dir, port }: { dir: string; port: number }): Promise<Proxy> {
  const env = { ...process.env, HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir };
  const child = spawn(find(program) ?? program, args, { env, cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said = (said + data.toString()).slice(-4000)));
  for (let tries = 0; !(await isListening(port)); tries++) {
    if (child.exitCode !== null || tries > 200) throw new Error(`${program} did not come up: ${said}`);
    await sleep(50);
  }
  return {
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  const found = await Promise.race([once(socket, "connect").then(() => true), once(socket, "close").then(() => false)]).catch(() => false);
  socket.destroy();
  return found;
}
