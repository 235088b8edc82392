import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { backup } from "../../packages/functions/src/cli/backup.ts";
import { type Command, runCommand } from "../../packages/functions/src/cli/command.ts";
import { restore } from "../../packages/functions/src/cli/restore.ts";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { readNodeSettings } from "../../packages/functions/src/adapters/settings-node.ts";
import { createS3Store } from "../../packages/functions/src/adapters/store-s3.ts";
import { type Client, createClient, setUp, signIn } from "../support/client.ts";
import { openFresh } from "../support/databases.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { hasHomelab } from "../support/tools.ts";

/** Every row of every table that a backup holds, as Postgres writes it. */
const EVERYTHING = ["user", "account", "asset", "upload", "ingest", "setting", "timeline_head", "timeline_chunk"];

describe.skipIf(!hasHomelab)("a backup", { timeout: 120_000 }, () => {
  let homelab: Homelab;
  let root: string;
  const path = (name: string): string => join(root, name);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-backup-"));
    homelab = await startHomelab();
    const program = await homelab.start();
    const client = createClient(homelab.url, await setUp(homelab.url, program.token ?? ""));
    const names = ["Sea.jpg", 'naïve 日本語 😀 "quoted" \\.jpg', "third.jpg"];
    for (const [i, name] of names.entries()) await send(client, name, 600 + i);
    await program.stop();
  });
  afterEach(() => void vi.useRealTimers());
  afterAll(async () => {
    await homelab?.stop();
    await rm(root, { recursive: true, force: true });
  });

  /** Uploads a photo that is the only one of its width, and waits until it is safe. */
  const send = async (client: Client, name: string, width: number): Promise<void> => {
    const bytes = await sharp({ create: { width, height: 400, channels: 3, background: "#224466" } })
      .jpeg()
      .toBuffer();
    const sent = await client.upload({ name, bytes });
    if (sent.status === "sent") await client.settled([sent.uploadId]);
  };
  const run = async (command: Command, args: string[], DATABASE_URL = homelab.database.url): Promise<{ code: number; said: string }> => {
    let said = "";
    const hear = (text: string): void => {
      said += text;
    };
    const settings = () => readNodeSettings({ ...homelab.options().env, DATABASE_URL });
    return { code: await runCommand([command], [command.name, ...args], { out: hear, err: hear, settings }), said };
  };
  const everything = async (url: string): Promise<unknown[]> => {
    const { db, close } = await openPostgres({ url, migrations: [] });
    // Its connections may have another time zone: the same moment would be written in another way.
    const found = await db.tx(async (tx) => {
      await tx.execute(sql`set local time zone 'UTC'`);
      const rows: unknown[] = [];
      for (const table of EVERYTHING) {
        rows.push(...(await tx.execute(sql`select row_to_json(t)::text as row from ${sql.identifier(table)} t order by 1`)).rows);
      }
      return rows;
    });
    await close();
    return found;
  };
  /** An empty database on the same server, given by its address. */
  const withEmpty = async (work: (url: string) => Promise<void>): Promise<void> => {
    let address = "";
    const open = await openFresh(homelab.database.url, (url) => openPostgres({ url: (address = url), migrations: [] }));
    try {
      await work(address);
    } finally {
      await open.close();
    }
  };

  it("holds everything, and a database that it is put into is the same, to the byte; the photos are all found", async () => {
    expect(await run(backup, [path("whole.gz")])).toMatchObject({ code: 0, said: expect.stringMatching(/holds \d+ rows/u) });
    expect((await stat(path("whole.gz"))).mode & 0o777).toBe(0o600);
    await withEmpty(async (url) => {
      expect(await run(restore, [path("whole.gz"), "--verify"], url)).toMatchObject({
        code: 0,
        said: expect.stringContaining("3 originals are in the bucket photos."),
      });
      const restored = await everything(url);
      expect(restored.length).toBeGreaterThan(12);
      expect(restored).toEqual(await everything(homelab.database.url));
    });
  });

  it("is a library again: people sign in, and their photos are there", async () => {
    await withEmpty(async (url) => {
      await run(restore, [path("whole.gz")], url);
      const program = await homelab.start({ DATABASE_URL: url });
      expect(program.token).toBeUndefined();
      const client = createClient(homelab.url, await signIn(homelab.url));
      expect(await client.json("GET", "/api/me")).toMatchObject({ library: { assets: 3 } });
      await program.stop();
    });
  });

  it("says which originals the bucket lacks", async () => {
    const store = createS3Store(homelab.store.options);
    const { objects } = await store.list("library/");
    const [lost, cut] = objects;
    const bytesOf = async (key = ""): Promise<Uint8Array> => new Uint8Array(await new Response(await store.get(key)).arrayBuffer());
    const bytes = [await bytesOf(lost?.key), await bytesOf(cut?.key)] as const;
    await store.remove([lost?.key ?? ""]);
    await store.put(cut?.key ?? "", Uint8Array.of(1), { type: "image/jpeg" });
    await withEmpty(async (url) => {
      const { code, said } = await run(restore, [path("whole.gz"), "--verify"], url);
      expect(code).toBe(1);
      expect(said).toContain(`1 is missing:\n  ${lost?.key}\n`);
      expect(said).toContain(`will be read again:\n  ${cut?.key}\n`);
    });
    await store.put(lost?.key ?? "", bytes[0], { type: "image/jpeg" });
    await store.put(cut?.key ?? "", bytes[1], { type: "image/jpeg" });
    store.close();
  });

  it("needs no hand for what was uploaded after it: that is found in the bucket", async () => {
    const ended = new Date().toISOString();
    await withEmpty(async (url) => {
      // The backup says that all of the bucket was looked through a moment ago: the next look is a week away.
      await run(restore, [path("whole.gz")], url);
      const { db, close } = await openPostgres({ url, migrations: [] });
      await db.execute(sql`update setting set value = ${JSON.stringify({ endedAt: ended })}::jsonb where name = 'sweep'`);
      await close();
      await run(backup, [path("looked.gz")], url);
    });
    const later = await homelab.start();
    await send(createClient(homelab.url, await signIn(homelab.url)), "later.jpg", 700);
    await later.stop();
    await withEmpty(async (url) => {
      await run(restore, [path("looked.gz")], url);
      const program = await homelab.start({ DATABASE_URL: url });
      const client = createClient(homelab.url, await signIn(homelab.url));
      const assets = async () => (await client.json<{ library: { assets: number } }>("GET", "/api/me")).library.assets;
      await expect.poll(assets, { timeout: 30_000, interval: 250 }).toBe(4);
      await program.stop();
    });
  });

  it("waits for what takes longer than any statement of ours may, as a migration of a large library does", async () => {
    await withEmpty(async (url) => {
      await run(backup, [path("long.gz")]);
      const { db, close } = await openPostgres({ url });
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      let restored: ReturnType<typeof run> | undefined;
      await db.tx(async (tx) => {
        await tx.execute(sql`lock table "user"`);
        restored = run(restore, [path("long.gz")], url);
        const waiting = sql`select 1 from pg_locks where not granted`;
        for (let tries = 0; tries < 2000 && (await tx.execute(waiting)).rows.length === 0; tries++);
        await vi.advanceTimersByTimeAsync(3_600_000);
      });
      expect(await restored).toMatchObject({ code: 0 });
      await close();
    });
  });

  it.each(["all", "worker"])(
    "is not put back while Tintype runs on the database, not set up, as %s; when it has ended, it is",
    async (ROLE) => {
      await withEmpty(async (url) => {
        const program = await homelab.start({ DATABASE_URL: url, ROLE });
        const { code, said } = await run(restore, [path("whole.gz")], url);
        expect([code, said]).toEqual([1, expect.stringContaining("Tintype runs on this database")]);
        expect(said).toContain("docker compose stop tintype");
        await program.stop();
        expect(await run(restore, [path("whole.gz")], url)).toMatchObject({ code: 0 });
      });
    },
  );

  it("never overwrites: neither a file nor a database that somebody uses", async () => {
    expect(await run(backup, [path("whole.gz")])).toMatchObject({ code: 1, said: expect.stringContaining("is there already") });
    expect(await run(restore, [path("whole.gz")])).toMatchObject({
      code: 1,
      said: expect.stringContaining("somebody has an account there"),
    });
  });

  it.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, -40)],
    ["with a byte changed", (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 300), Buffer.of(bytes[300]! ^ 1), bytes.subarray(301)])],
    ["empty", () => Buffer.alloc(0)],
    ["of something else", () => Buffer.from("not a backup")],
  ])("that is %s is refused, and nothing is changed", async (_, damage) => {
    await writeFile(path("damaged.gz"), damage(await readFile(path("whole.gz"))));
    await withEmpty(async (url) => {
      const { code, said } = await run(restore, [path("damaged.gz")], url);
      expect([code, said]).toEqual([2, expect.stringMatching(/damaged or not complete|no backup/u)]);
      const { db, close } = await openPostgres({ url, migrations: [] });
      expect((await db.execute(sql`select count(*)::int as n from pg_class where relnamespace = 'public'::regnamespace`)).rows).toEqual([
        { n: 0 },
      ]);
      await close();
    });
  });

  it("that cannot be written leaves nothing behind", async () => {
    expect(await run(backup, [path("no/such/folder.gz")])).toMatchObject({
      code: 2,
      said: expect.stringContaining("cannot be used (ENOENT)"),
    });
    expect(await run(restore, [path("no-such.gz")])).toMatchObject({ code: 2, said: expect.stringContaining("cannot be used (ENOENT)") });
    expect(await run(backup, [])).toMatchObject({ code: 2, said: expect.stringContaining("Name one FILE") });
  });
});
