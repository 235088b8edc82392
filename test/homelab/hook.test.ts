import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hookToken } from "../../packages/functions/src/adapters/derived-token.ts";
import { setUp } from "../support/client.ts";
import { MINIO_BODIES } from "../support/messages.ts";
import { freePort, type Postgres, startPostgres } from "../support/postgres.ts";
import { type Program, startProgram } from "../support/program.ts";
import { CREDENTIALS, type RunningStore, startMinio } from "../support/stores.ts";
import { hasHomelab } from "../support/tools.ts";

const TOKEN = hookToken(CREDENTIALS.secretAccessKey);
/** MinIO looks every 3 s at what waits to be sent. */
const SOON_MS = 20_000;
const NOTIFICATION = {
  QueueConfigurations: [{ Id: "t", QueueArn: "arn:minio:sqs::TINTYPE:webhook", Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] }],
};

/** A line to a port of this machine that can be cut and mended. */
function lineTo(to: number, port: number) {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const mend = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(to, "127.0.0.1");
      for (const socket of [near, far]) {
        sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
      }
      near.pipe(far).pipe(near);
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const cut = (): void => {
    server?.close();
    for (const socket of sockets) socket.destroy();
  };
  return { mend, cut };
}

describe.skipIf(!hasHomelab)("MinIO's webhook", { timeout: 120_000 }, () => {
  let [work, url] = ["", ""];
  let store: RunningStore;
  let postgres: Postgres;
  let line: ReturnType<typeof lineTo>;
  let database: pg.Pool;
  let settings: Record<string, string>;
  const programs: Program[] = [];

  const start = async (env: Record<string, string> = {}): Promise<Program> => {
    const program = await startProgram({ entry: "node", env: { ...settings, ...env } });
    programs.push(program);
    return program;
  };
  const stopAll = async (): Promise<void> => {
    await Promise.all(programs.splice(0).map((program) => program.stop()));
  };

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), "tintype-hook-"));
    const [port, databasePort] = [await freePort(), await freePort()];
    url = `http://127.0.0.1:${port}`;
    const hook = { ENABLE: "on", ENDPOINT: `${url}/api/hooks/store`, AUTH_TOKEN: TOKEN, QUEUE_DIR: join(work, "queue") };
    const env = Object.entries(hook).map(([name, value]) => [`MINIO_NOTIFY_WEBHOOK_${name}_TINTYPE`, value]);
    const [minio, started] = await Promise.all([startMinio(Object.fromEntries(env)), startPostgres()]);
    if (!started) throw new Error("Postgres is not installed (apt-get install postgresql)");
    [store, postgres] = [minio, started];
    database = new pg.Pool({ connectionString: postgres.url, max: 2 });
    // At the end Postgres may go first.
    database.on("error", () => undefined);
    const behind = new URL(postgres.url);
    line = lineTo(Number(behind.port), databasePort);
    await line.mend();
    behind.port = String(databasePort);
    settings = {
      PUBLIC_URL: url,
      PORT: `127.0.0.1:${port}`,
      ROLE: "api",
      DATABASE_URL: behind.href,
      S3_ENDPOINT: store.options.endpoint,
      S3_BUCKET: store.options.bucket,
      S3_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      S3_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    };
    await start();
    await aws("s3api", "create-bucket", "--bucket", "photos");
    await aws(
      "s3api",
      "put-bucket-notification-configuration",
      "--bucket",
      "photos",
      "--notification-configuration",
      JSON.stringify(NOTIFICATION),
    );
    await writeFile(join(work, "file"), "some bytes");
  }, 120_000);
  afterAll(async () => {
    await stopAll();
    line?.cut();
    await database?.end();
    await Promise.all([store?.stop(), postgres?.stop()]);
    await rm(work, { recursive: true, force: true });
  });

  const aws = async (...args: string[]): Promise<void> => {
    const env = {
      PATH: process.env["PATH"],
      HOME: work,
      LANG: "C.UTF-8",
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    await promisify(execFile)("aws", ["--endpoint-url", store.options.endpoint, ...args], { env });
  };
  const put = (key: string, file = "file"): Promise<void> => aws("s3", "cp", join(work, file), `s3://photos/${key}`, "--only-show-errors");
  const send = (body: RequestInit["body"], token = TOKEN): Promise<Response> =>
    fetch(`${url}/api/hooks/store`, { method: "POST", body: body ?? null, headers: { authorization: `Bearer ${token}` }, duplex: "half" });
  const queued = async (): Promise<string[]> => {
    const { rows } = await database.query<{ key: string }>("select payload->>'key' as key from job where kind = 'ingest'");
    return rows.map(({ key }) => key);
  };
  const until = async (is: () => Promise<boolean>, what: string): Promise<void> => {
    const end = Date.now() + SOON_MS;
    while (!(await is())) {
      if (Date.now() > end) throw new Error(`${what}: not in ${SOON_MS} ms; in the queue: ${(await queued()).join(", ")}`);
      await sleep(100);
    }
  };
  const arrive = (...keys: string[]): Promise<void> =>
    until(async () => {
      const all = await queued();
      return keys.every((key) => all.includes(key));
    }, keys.join(", "));

  it("brings what aws-cli puts into the queue, whatever it is called", async () => {
    const keys = ["library/anna/a b+c%20d/100% Grüße 🌅.jpg", "library/anna/you & me.jpg"];
    for (const key of keys) await put(key);
    await arrive(...keys);
    expect((await queued()).toSorted()).toEqual(keys.toSorted());
  });

  it("is held up by no junk, no flood and no stranger", async () => {
    const chunked = new Blob(["x".repeat(300_000)]).stream();
    const statuses = await Promise.all(
      [send("{"), send("x".repeat(10_000_000)), send(chunked), send("{}", "wrong"), send(MINIO_BODIES[2])].map((sent) =>
        sent.then(({ status }) => status),
      ),
    );
    expect(statuses).toEqual([204, 204, 204, 401, 204]);
    await put("library/anna/after.jpg");
    await arrive("library/anna/after.jpg");
  });

  it("waits while we are away, and brings everything when we are back", async () => {
    const keys = ["one", "two", "three"].map((name) => `library/anna/${name}.jpg`);
    await stopAll();
    for (const key of keys) await put(key);
    await sleep(4000);
    expect(await queued()).not.toContain(keys[0]);
    await start();
    await arrive(...keys);
  });

  it("is told to come again while the database is away, and loses nothing", async () => {
    line.cut();
    const refused = await send(MINIO_BODIES[3]);
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: "database_unavailable" }]);
    const told = (): number => (programs[0]?.output() ?? "").split('"status":503').length - 1;
    await put("library/anna/meanwhile.jpg");
    await until(async () => told() >= 3, "MinIO is refused, and comes again");
    await line.mend();
    await arrive("library/anna/meanwhile.jpg");
  });

  it("leads to the same library when it tells everything five times and backwards", async () => {
    const cookie = await setUp(url, programs[0]?.token ?? "");
    await start({ ROLE: "worker", PORT: "0" });
    await writeFile(
      join(work, "photo"),
      await sharp({ create: { width: 400, height: 300, channels: 3, background: "#336699" } })
        .jpeg()
        .toBuffer(),
    );
    const key = "library/anna-klein/2026/sea.jpg";
    await put(key, "photo");
    const state = async (): Promise<unknown[]> =>
      (await database.query("select id, key, state, missing, encode(sha256, 'hex') as sha256 from asset order by id")).rows;
    await until(async () => JSON.stringify(await state()).includes('"ready"'), "the photo is ready");
    const before = await state();
    expect(before).toMatchObject([{ key, state: "ready" }]);
    const bodies = ["Put", "CompleteMultipartUpload", "Delete"].map((name) =>
      MINIO_BODIES[2]
        .replaceAll("library%2Fada%2F2026%2F03%2Fplain~0123abcd.jpg", encodeURIComponent(key))
        .replaceAll("s3:ObjectCreated:Put", name === "Delete" ? "s3:ObjectRemoved:Delete" : `s3:ObjectCreated:${name}`),
    );
    for (let n = 0; n < 5; n++) {
      const answers = await Promise.all((n % 2 === 0 ? bodies.toReversed() : bodies).map((body) => send(body)));
      expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    }
    await until(async () => !(await queued()).includes(key), "all of it is dealt with");
    expect(await state()).toEqual(before);
    const geometry = await fetch(`${url}/api/me`, { headers: { cookie } });
    expect(await geometry.json()).toMatchObject({ library: { assets: 1 } });
  });
});
