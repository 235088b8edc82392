import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetBucketNotificationConfigurationCommand } from "@aws-sdk/client-s3";
import { PROBE } from "@tintype/core/storage";
import { createServer } from "@tintype/s3";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { hookToken } from "../../packages/functions/src/adapters/derived-token.ts";
import { createClient, type S3Options } from "../../packages/functions/src/adapters/store-s3-client.ts";
import { setUpCors } from "../../packages/functions/src/adapters/store-s3-setup-cors.ts";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { runCli } from "../support/cli.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { freePort } from "../support/postgres.ts";
import { type Program, startProgram } from "../support/program.ts";
import { hasNginx, startNginx } from "../support/proxy.ts";
import { mountSmall, unmount } from "../support/small-disk.ts";
import { CREDENTIALS, startMinio } from "../support/stores.ts";
import { hasHomelab } from "../support/tools.ts";

type Found = { code: number | null; codes: string[]; checks: { name: string; state: string; detail: string }[]; output: string };

/** nginx takes 1 MB unless it is told otherwise. */
const UNCAPPED = "client_max_body_size 0;";
const FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

describe.skipIf(!hasHomelab || !hasNginx)("tintype doctor", { timeout: 120_000 }, () => {
  let homelab: Homelab;
  let program: Program;
  const undo: (() => unknown)[] = [];

  beforeAll(async () => {
    homelab = await startHomelab();
    program = await homelab.start();
    await untilSetUp(homelab.store.options);
  }, 120_000);
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });
  afterAll(async () => {
    await program?.stop();
    await homelab?.stop();
  });

  const doctor = async (env: Record<string, string> = {}): Promise<Found> => {
    const { code, output } = await runCli(["doctor", "--json"], { ...homelab.options().env, ...env });
    expect(output).not.toContain(CREDENTIALS.secretAccessKey);
    const { checks, findings } = JSON.parse(output) as { checks: Found["checks"]; findings: { code: string }[] };
    return { code, codes: findings.map((finding) => finding.code), checks, output };
  };

  /** nginx before the store (or Tintype), as somebody has set it up; its address. */
  const proxied = async (
    location: (target: string) => string,
    more = UNCAPPED,
    target = homelab.store.options.endpoint,
  ): Promise<string> => {
    const port = await freePort();
    const { stop } = await startNginx(port, `server { listen 127.0.0.1:${port}; ${more} ${location(target)} }`);
    undo.push(stop);
    return `http://127.0.0.1:${port}`;
  };
  const away = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

  it("finds nothing where all is well, says what it tried, and leaves nothing behind", async () => {
    const { code, codes, checks } = await doctor();
    expect([code, codes]).toEqual([0, []]);
    expect(checks.filter(({ state }) => state !== "ok")).toEqual([]);
    const store = createS3Store(homelab.store.options);
    expect((await store.list(PROBE)).objects).toEqual([]);
    store.close();
    const { output } = await runCli(["doctor"], homelab.options().env);
    expect(output).toMatch(/^✓ Database: It answers\.\n✓ Store: http.*\nAll is well\.\n$/su);
  });

  const rootKeys = (): Record<string, string> => ({
    S3_ACCESS_KEY_ID: homelab.store.root.accessKeyId,
    S3_SECRET_ACCESS_KEY: homelab.store.root.secretAccessKey,
  });

  it.each<[string, string, () => Record<string, string> | Promise<Record<string, string>>]>([
    ["a secret that is wrong", "wrong-keys", () => ({ S3_SECRET_ACCESS_KEY: "not the one of the store" })],
    ["a key that the store does not know", "wrong-keys", () => ({ S3_ACCESS_KEY_ID: "SOMEBODY" })],
    ["a bucket that is not there", "no-bucket", () => ({ S3_BUCKET: "pictures", ...rootKeys() })],
    ["a bucket that the key may not use", "no-rights", () => ({ S3_BUCKET: "pictures" })],
    ["a store that is away", "store-away", async () => ({ S3_ENDPOINT: await away() })],
    ["a name that does not resolve", "store-name", () => ({ S3_ENDPOINT: "http://store.invalid:9000" })],
    ["something that is no store", "not-s3", () => ({ S3_ENDPOINT: homelab.url })],
    [
      "a database that is away",
      "database-away",
      async () => ({ DATABASE_URL: `postgres://tintype:any@127.0.0.1:${await freePort()}/postgres` }),
    ],
    ["a database that refuses", "database-denied", () => ({ DATABASE_URL: homelab.database.url.replace(/\w+$/u, "none") })],
    ["localhost for phones", "public-local", () => ({ PUBLIC_URL: "http://192.168.77.5:3000" })],
    ["an internal name for browsers", "public-internal", () => ({ S3_PUBLIC_ENDPOINT: "http://minio:9000" })],
    [
      "http under https",
      "mixed-content",
      () => ({ PUBLIC_URL: "https://photos.example.invalid", S3_PUBLIC_ENDPOINT: "http://s3.example.invalid" }),
    ],
    ["pages of another origin", "cors", () => ({ PUBLIC_URL: homelab.url.replace("127.0.0.1", "localhost") })],
    ["a public address that is away", "store-away", async () => ({ S3_PUBLIC_ENDPOINT: await away() })],
    [
      "a proxy that rewrites the host",
      "host-rewritten",
      async () => ({ S3_PUBLIC_ENDPOINT: await proxied((store) => `location / { proxy_pass ${store}; }`) }),
    ],
    [
      "a proxy that drops the port from the host",
      "host-rewritten",
      async () => ({ S3_PUBLIC_ENDPOINT: await proxied((store) => `location / { proxy_pass ${store}; proxy_set_header Host $host; }`) }),
    ],
    [
      "a sub-path that the proxy takes off",
      "sub-path",
      async () => ({
        S3_PUBLIC_ENDPOINT: `${await proxied((store) => `location /s3/ { proxy_pass ${store}/; proxy_set_header Host $http_host; }`)}/s3`,
      }),
    ],
    [
      "a sub-path that the proxy takes off, rewriting the host too",
      "sub-path",
      async () => ({ S3_PUBLIC_ENDPOINT: `${await proxied((store) => `location /s3/ { proxy_pass ${store}/; }`)}/s3` }),
    ],
    [
      "a sub-path that the proxy leaves on",
      "sub-path",
      async () => ({
        S3_PUBLIC_ENDPOINT: `${await proxied((store) => `location / { proxy_pass ${store}; proxy_set_header Host $http_host; }`)}/s3`,
      }),
    ],
    [
      "a limit on bodies before the store",
      "body-cap",
      async () => ({
        S3_PUBLIC_ENDPOINT: await proxied((store) => `location / { proxy_pass ${store}; proxy_set_header Host $http_host; }`, ""),
      }),
    ],
    [
      "a proxy whose store is away",
      "store-failing",
      async () => ({ S3_ENDPOINT: await proxied(() => "location / { proxy_pass http://127.0.0.1:1; }") }),
    ],
  ])("names %s: %s", async (_, expected, settings) => {
    const found = await doctor(await settings());
    expect([found.code, found.codes]).toEqual([1, [expected]]);
  });

  it("names a certificate of one's own: certificate", async () => {
    const dir = mkdtempSync(join(tmpdir(), "tintype-certificate-"));
    undo.push(() => rmSync(dir, { recursive: true, force: true }));
    const [key, certificate] = [join(dir, "key.pem"), join(dir, "certificate.pem")];
    const request = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
    ];
    execFileSync("openssl", [...request, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    const port = await freePort();
    const block = `listen 127.0.0.1:${port} ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key}; ${UNCAPPED}`;
    const { stop } = await startNginx(port, `server { ${block} location / { proxy_pass ${homelab.store.options.endpoint}; } }`);
    undo.push(stop);
    expect((await doctor({ S3_PUBLIC_ENDPOINT: `https://127.0.0.1:${port}` })).codes).toEqual(["certificate"]);
  });

  it("names another store than Tintype's own, without the bucket and with it: other-store", async () => {
    const other = await startMinio({ MINIO_API_CORS_ALLOW_ORIGIN: homelab.url });
    undo.push(other.stop);
    const S3_PUBLIC_ENDPOINT = other.options.endpoint;
    expect((await doctor({ S3_PUBLIC_ENDPOINT })).codes).toEqual(["other-store"]);
    const client = createClient(other.root);
    await client.send(new CreateBucketCommand({ Bucket: other.options.bucket }));
    client.destroy();
    expect((await doctor({ S3_PUBLIC_ENDPOINT })).codes).toEqual(["other-store"]);
  });

  it("names a limit on bodies before Tintype beside a CORS rule for another address: cors, body-cap", async () => {
    const PUBLIC_URL = await proxied((app) => `location / { proxy_pass ${app}; proxy_set_header Host $http_host; }`, "", homelab.url);
    expect((await doctor({ PUBLIC_URL })).codes).toEqual(["cors", "body-cap"]);
  });

  it.skipIf(!existsSync(FAKETIME))("names a clock that is 20 minutes wrong: clock", async () => {
    const { codes, output } = await doctor({ LD_PRELOAD: FAKETIME, FAKETIME: "+20m", FAKETIME_DONT_FAKE_MONOTONIC: "1" });
    expect(codes).toEqual(["clock"]);
    expect(output).toContain("20 minutes behind Tintype's");
  });

  it("names a full disk: store-full", async (context) => {
    const dir = mkdtempSync(join(tmpdir(), "tintype-small-"));
    if (!mountSmall(dir, 4)) return context.skip();
    const server = await createServer({ dir, credentials: [CREDENTIALS] });
    await server.listen(0);
    undo.push(
      () => rmSync(dir, { recursive: true, force: true }),
      () => unmount(dir),
      () => server.close(),
    );
    await server.createBucket("photos");
    const client = createClient({ ...homelab.store.options, endpoint: server.url });
    await setUpCors(client, homelab.store.options, homelab.url);
    client.destroy();
    execFileSync("sh", ["-c", `head -c 16M /dev/zero >${join(dir, "filler")} || true`], { stdio: "ignore" });
    expect((await doctor({ S3_ENDPOINT: server.url })).codes).toEqual(["store-full"]);
  });

  it("names messages that nobody takes: hook-silent", async () => {
    await program.stop();
    try {
      expect((await doctor()).codes).toEqual(["hook-silent"]);
    } finally {
      program = await homelab.start();
    }
  });

  it("names messages with the token of an earlier secret, and its lines make the right one: hook-token", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const store = await startMinio({
      MINIO_API_CORS_ALLOW_ORIGIN: url,
      MINIO_NOTIFY_WEBHOOK_ENABLE_TINTYPE: "on",
      MINIO_NOTIFY_WEBHOOK_ENDPOINT_TINTYPE: `${url}/api/hooks/store`,
      MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_TINTYPE: hookToken("the secret before this one"),
    });
    undo.push(store.stop);
    const client = new pg.Client({ connectionString: homelab.database.url });
    await client.connect();
    await client.query("create database other");
    await client.end();
    const DATABASE_URL = homelab.database.url.replace(/\w+$/u, "other");
    const env = { PUBLIC_URL: url, PORT: `127.0.0.1:${port}`, S3_ENDPOINT: store.options.endpoint, DATABASE_URL };
    const other = await startProgram(homelab.options(env));
    undo.push(() => other.stop());
    await untilSetUp(store.options);
    const { codes, output } = await doctor(env);
    expect(codes).toEqual(["hook-token"]);
    const [line = ""] = (JSON.parse(output) as { findings: { lines: string[] }[] }).findings[0]?.lines ?? [];
    const secret = CREDENTIALS.secretAccessKey;
    const made = execFileSync("bash", ["-c", `echo ${line}`], { env: { ...process.env, S3_SECRET_ACCESS_KEY: secret }, encoding: "utf8" });
    expect(made.trim()).toBe(`MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_TINTYPE=${hookToken(secret)}`);
  });
});

/** Until Tintype has set the store up, its webhook last. */
async function untilSetUp(options: S3Options): Promise<void> {
  const client = createClient(options);
  const rules = async (): Promise<number> => {
    const told = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket: options.bucket })).catch(() => undefined);
    return told?.QueueConfigurations?.length ?? 0;
  };
  await vi.waitFor(async () => expect(await rules()).toBeGreaterThan(0), { timeout: 30_000, interval: 200 });
  client.destroy();
}
