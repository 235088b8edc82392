import sharp from "sharp";
import { canPin, readCapabilities } from "@tintype/core/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { runCli } from "../support/cli.ts";
import { type Client, createClient, signIn } from "../support/client.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { journey } from "../support/journey.ts";
import { freePort } from "../support/postgres.ts";
import { type Program, runProgram } from "../support/program.ts";
import { startMinio } from "../support/stores.ts";
import { hasHomelab } from "../support/tools.ts";

const photo = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 800, height: 600, channels: 3, background } })
    .jpeg()
    .toBuffer();

describe.skipIf(!hasHomelab)("Tintype on MinIO and Postgres", { timeout: 120_000 }, () => {
  let homelab: Homelab;
  let running: Program[] = [];
  beforeAll(async () => {
    homelab = await startHomelab({ entry: "node" });
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await homelab?.stop();
  });

  const sendTo = async (client: Client, name: string, background: string): Promise<string> => {
    const sent = await client.upload({ name, bytes: await photo(background) });
    if (sent.status !== "sent") throw new Error(`${name} was planned as ${sent.status}`);
    const [settled] = await client.settled([sent.uploadId]);
    expect(settled).toMatchObject({ state: "committed", safe: true });
    return settled?.assetId ?? "";
  };

  it("takes a photo from signing in to a shared link in one process, whose stop is clean", async () => {
    const program = await homelab.start();
    running = [program];
    await journey({ url: program.url, token: program.token ?? "" });
    expect(await program.stop()).toBe(0);
    running = [];
  });

  it("has set its store up and found out what it does", async () => {
    const { db, close } = await openPostgres({ url: homelab.database.url });
    const store = createS3Store(homelab.store.options);
    store.close();
    await expect.poll(() => readCapabilities({ db, store }), { timeout: 30_000 }).toBeDefined();
    const found = await readCapabilities({ db, store });
    expect(canPin(found)).toBe(true);
    expect([found?.server, found?.checks.events.answer, found?.checks.cors.answer]).toEqual(["MinIO", "yes", "yes"]);
    expect(found?.setUp).toMatchObject({ bucket: { state: "done" }, events: { state: "done" }, versions: { state: "done" } });
    await close();
  });

  it("says that nobody has the name for which a device is to drop photos", async () => {
    const add = (user: string) => runCli(["device", "add", "phone", "--user", user], homelab.options().env);
    const [known, stranger] = await Promise.all([add("anna-klein"), add("bob")]);
    expect(known.output).not.toContain("Nobody");
    expect(stranger.output).toContain('Nobody has the folder name "bob" (those here are anna-klein).');
    expect([known.code, stranger.code]).toEqual([0, 0]);
  });

  it("has uploads sent to their final keys, since the store holds signed PUTs to their bytes", async () => {
    const program = await homelab.start();
    running = [program];
    const client = createClient(program.url, await signIn(program.url));
    const file = { name: "Final.jpg", size: 10, type: "image/jpeg", sha256: "ab".repeat(32), modifiedAt: "2026-11-22T10:00:00" };
    const plan = () => client.json<{ files: { request: { url: string } }[] }>("POST", "/api/uploads", { files: [file] });
    const [planned] = (await plan()).files;
    expect(new URL(planned?.request.url ?? "").pathname).toBe("/photos/library/anna-klein/2026/11/Final~abababab.jpg");
    await program.stop();
    running = [];
  });

  it("sends none to the final keys of another store, of which it does not know yet what it does", async () => {
    const other = await startMinio();
    running = [await homelab.start({ ROLE: "api", S3_ENDPOINT: other.options.endpoint })];
    try {
      const client = createClient(homelab.url, await signIn(homelab.url));
      const file = { name: "Moved.jpg", size: 10, type: "image/jpeg", sha256: "cd".repeat(32), modifiedAt: "2026-11-22T10:00:00" };
      const { files } = await client.json<{ files: { request: { url: string } }[] }>("POST", "/api/uploads", { files: [file] });
      expect(files[0]?.request.url).toContain(`${other.options.endpoint}/photos/incoming/`);
    } finally {
      await running[0]?.stop();
      running = [];
      await other.stop();
    }
  });

  it("works as an API and two workers, which hear of a job at once", async () => {
    const elsewhere = { ROLE: "worker", PORT: "0" };
    running = await Promise.all([homelab.start({ ROLE: "api" }), homelab.start(elsewhere), homelab.start(elsewhere)]);
    expect(running.map((program) => program.output().includes("This worker is ready."))).toEqual([false, true, true]);
    const client = createClient(homelab.url, await signIn(homelab.url));
    const began = performance.now();
    await sendTo(client, "Heath.jpg", "#996633");
    // A worker that only looked at the queue now and then would take up to 30 s.
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(await Promise.all(running.map((program) => program.stop()))).toEqual([0, 0, 0]);
    running = [];
  });

  it("says of a worker whether it is well, and serves nothing else there", async () => {
    const at = `http://127.0.0.1:${await freePort()}`;
    running = [await homelab.start({ ROLE: "worker", PORT: new URL(at).port })];
    const ready = await fetch(`${at}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { ok: true, checks: { database: "ok", store: "ok" } }]);
    expect((await fetch(`${at}/healthz`)).status).toBe(200);
    expect((await fetch(`${at}/metrics`)).status).toBe(401);
    const others = ["/", "/api/account", "/api/openapi.json", "/api/hooks/store", "/store/photos/library/x?X-Amz-Signature=x"];
    expect(await Promise.all(others.map(async (path) => (await fetch(`${at}${path}`)).status))).toEqual(others.map(() => 404));
    expect((await fetch(`${at}/api/hooks/store`, { method: "POST", body: "{}" })).status).toBe(404);
    expect(await running[0]?.stop()).toBe(0);
    running = [];
  });

  it("prints no set-up link once there is an owner", async () => {
    const [first, second] = await Promise.all([homelab.start(), homelab.start({ PORT: "0" })]);
    running = [first, second];
    expect([first.token, second.token]).toEqual([undefined, undefined]);
    await Promise.all(running.map((program) => program.stop()));
    running = [];
  });

  it.each<[string, { database?: string; S3_ENDPOINT?: string }, RegExp]>([
    [
      "a database that does not let us in",
      { database: "no-such-database" },
      /Postgres refuses: database "no-such-database" does not exist\. Check DATABASE_URL\./u,
    ],
    ["a setting that is missing", { S3_ENDPOINT: "" }, /S3_ENDPOINT is missing/u],
  ])("ends with one sentence at %s", async (_, { database, ...env }, message) => {
    const DATABASE_URL = homelab.database.url.replace(/\w+$/u, database ?? "postgres");
    const { code, output } = await runProgram(homelab.options({ ...env, DATABASE_URL }));
    expect(code).toBe(1);
    expect(output).toMatch(message);
    expect(output).not.toContain("    at ");
  });
});
