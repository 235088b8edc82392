import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgres } from "../../packages/functions/src/adapters/db-postgres.ts";
import { createClient, setUp, signIn } from "../support/client.ts";
import { type Deployment, openDeployment, startCompose } from "../support/compose-run.ts";
import { openFresh } from "../support/databases.ts";
import { openReader, readGuide, type Reader } from "../support/guide.ts";
import { freePort } from "../support/postgres.ts";
import { startProgram } from "../support/program.ts";
import { hasDeploy } from "../support/tools.ts";

const { text, blocksOf } = readGuide("docs/backup.md");
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** docs/backup.md as somebody would follow it: two machines, and a disk for backups. */
describe.skipIf(!hasDeploy)("docs/backup.md", { timeout: 120_000 }, () => {
  const disk = mkdtempSync(join(tmpdir(), "tintype-disk-"));
  const closing: (() => Promise<void> | void)[] = [() => rmSync(disk, { recursive: true, force: true })];
  let home: Deployment;
  let reader: Reader;
  let photo: Buffer;
  let asset: string;

  /** Somebody at a deployment, with the disk, on the day of the backup that lies there. */
  const readerAt = async (deployment: Deployment, day = "2026-11-29"): Promise<Reader> => {
    const replaced = {
      "/mnt/backup": disk,
      "/home/anna/tintype/deploy": deployment.dir,
      ":9000": `:${new URL(deployment.storeUrl).port}`,
      "2026-11-29": day,
    };
    const made = await openReader(deployment, replaced);
    closing.push(made.close, deployment.close);
    return made;
  };
  const saved = (): string[] => readdirSync(join(disk, "database"));
  const dayOf = ([file = ""]: string[]): string => file.replace(".gz", "");
  const library = (): string => join(disk, "photos/library");
  const original = async (url: string, id: string): Promise<Buffer> => {
    const client = createClient(url, await signIn(url));
    const location = (await client.call("GET", `/api/assets/${id}/original`)).headers.get("location") ?? "";
    return Buffer.from(await (await fetch(location)).arrayBuffer());
  };
  /** The settings of a process at home, in which `url` is the database. */
  const settings = (url: string): Record<string, string> => ({
    PUBLIC_URL: home.url,
    DATABASE_URL: url,
    S3_ENDPOINT: home.storeUrl,
    S3_ACCESS_KEY_ID_FILE: join(home.dir, "secrets/app/minio/access-key-id"),
    S3_SECRET_ACCESS_KEY_FILE: join(home.dir, "secrets/app/minio/secret-access-key"),
  });
  const database = (): string => readFileSync(join(home.dir, "secrets/app/database-url"), "utf8").trim();

  beforeAll(async () => {
    home = await startCompose("minio");
    reader = await readerAt(home);
    const token = /\/setup#token=(?<token>\S+)/u.exec(home.output("tintype"))?.groups?.["token"] ?? "";
    const client = createClient(home.url, await setUp(home.url, token));
    const colour = { width: 640, height: 480, channels: 3 as const, background: "#336655" };
    photo = await sharp({ create: colour }).jpeg().toBuffer();
    const sent = await client.upload({ name: "Dune.jpg", bytes: photo });
    const [settled] = await client.settled([sent.status === "sent" ? sent.uploadId : ""]);
    asset = settled?.assetId ?? "";
  }, 120_000);
  afterAll(async () => {
    for (const step of closing.toReversed()) await step();
  });

  it("makes one: the photos as they were, and what the database knows", async () => {
    for (const block of blocksOf("Making one")) await reader.follow(block);
    expect(saved()).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d\.gz$/u)]);
    const file = readdirSync(library(), { recursive: true, encoding: "utf8" }).find((name) => name.endsWith(".jpg"));
    expect(readFileSync(join(library(), file ?? ""))).toEqual(photo);
  });

  it("makes one every night by cron, and keeps those of the last days", async () => {
    const [lines = ""] = blocksOf("Every night", "cron");
    rmSync(disk, { recursive: true });
    rmSync(join(home.dir, "data/backup"), { recursive: true });
    mkdirSync(join(home.dir, "data/backup"));
    for (const line of lines.trim().split("\n")) {
      const [, command = ""] = /^\d+ \d+ \* \* \* (.*)$/u.exec(line) ?? [];
      // Cron takes a bare % for the end of the line.
      expect(command).not.toMatch(/(?<!\\)%/u);
      await reader.follow(command.replaceAll("\\%", "%"), { cwd: "/" });
    }
    expect([saved().length, readdirSync(library()).length]).toEqual([1, 1]);
    expect(readdirSync(join(home.dir, "data/backup"))).toEqual(saved());
  });

  it("is restored on another machine, with other secrets, and people sign in there as before", async () => {
    const other = await openDeployment();
    const there = await readerAt(other, dayOf(saved()));
    const [restoring = ""] = blocksOf("Restoring");
    const said = await there.follow(restoring);
    expect(said).toContain("1 original is in the bucket photos.");
    expect(said).not.toContain("missing");
    expect(await original(other.url, asset)).toEqual(photo);
    const [starting = ""] = blocksOf("Without a backup of the database");
    expect(await there.follow(starting)).toContain("Tintype is ready");
  });

  it("is made and restored without containers too", async () => {
    const [making = "", restoring = ""] = blocksOf("Without containers");
    const rclone = { RCLONE_CONFIG: join(home.dir, "secrets/rclone.conf") };
    rmSync(join(disk, "database"), { recursive: true });
    mkdirSync(join(disk, "database"));
    await reader.follow(making, { cwd: ROOT, env: { ...rclone, ...settings(database()) } });
    expect(saved()).toHaveLength(1);
    await withEmpty(async (url) => {
      const back = restoring.replaceAll("2026-11-29", dayOf(saved()));
      expect(await reader.follow(back, { cwd: ROOT, env: { ...rclone, ...settings(url) } })).toContain(
        "1 original is in the bucket photos.",
      );
    });
  });

  it("is not even needed for the photos: they are read again from the bucket, for an account of the same name", async () => {
    await withEmpty(async (url) => {
      const port = await freePort();
      const own = { ...settings(url), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` };
      const program = await startProgram({ entry: "node", env: own });
      expect(program.output()).toContain("There are photos already of anna-klein");
      const client = createClient(program.url, await setUp(program.url, program.token ?? ""));
      const assets = async () => (await client.json<{ library: { assets: number } }>("GET", "/api/me")).library.assets;
      await expect.poll(assets, { timeout: 30_000, interval: 250 }).toBe(1);
      await program.stop();
    });
  });

  it("has no other commands than these", () => {
    const followed = ["Making one", "Restoring", "Without a backup of the database", "Without containers"].flatMap((title) =>
      blocksOf(title),
    );
    expect([followed.length + 1, text.match(/^```/gmu)?.length]).toEqual([6, 12]);
  });

  async function withEmpty(work: (url: string) => Promise<void>): Promise<void> {
    let address = "";
    const open = await openFresh(database(), (url) => openPostgres({ url: (address = url), migrations: [] }));
    try {
      await work(address);
    } finally {
      await open.close();
    }
  }
});
