import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { asset } from "@tintype/core/asset/table";
import * as Timeline from "@tintype/core/timeline";
import { like } from "drizzle-orm";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../packages/functions/src/adapters/db-drizzle.ts";
import { setUpStore } from "../../packages/functions/src/adapters/store-s3-setup.ts";
import { startJobs } from "../../packages/functions/src/jobs/run.ts";
import { openLibraryOn } from "../support/library.ts";
import { findTool } from "../support/s3-process.ts";
import { borrowDatabase } from "../support/shared-database.ts";
import { type RunningStore, SETTING, STORES } from "../support/stores.ts";

const run = promisify(execFile);
/** Nothing of this machine's own settings. */
const ENV = { PATH: process.env["PATH"], HOME: tmpdir(), LANG: "C.UTF-8" };
const TOOLS = ["rclone", "aws", "s3cmd"] as const;
type Tool = (typeof TOOLS)[number];

const missing = TOOLS.filter((tool) => findTool(tool) === undefined);
if (missing.length > 0) {
  const notice = `${missing.join(", ")} not installed (apt-get install awscli rclone s3cmd)`;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(notice);
  console.warn(`${notice}: what they drop into the inbox is not tested`);
}

/** No date is in the files: it is the file system's, where a tool tells it. */
const TAKEN = new Date("2003-04-05T06:07:08Z");
const NAMES = ["plain.jpg", "Möwe am Strand (2).jpg", "DCIM/100+1/IMG & 7.jpg"];
const LARGE = "Großer Film.bin";

describe.each(STORES)("the inbox on $name", ({ start }) => {
  let running: RunningStore;
  let database: OpenDatabase;
  let library: Awaited<ReturnType<typeof openLibraryOn>>;
  let work: string;
  let jobs: ReturnType<typeof startJobs>;

  beforeAll(async () => {
    running = await start();
    await setUpStore(running.options, SETTING);
    database = await borrowDatabase();
    library = await openLibraryOn(database, running.options);
    work = await mkdtemp(join(tmpdir(), "tintype-inbox-"));
    await writeFile(join(work, "rclone.conf"), "");
    await writeFile(join(work, "s3cfg"), "[default]\n");
    jobs = startJobs(library.system, library.ports, { sweepMs: 500 });
  });
  afterAll(async () => {
    await jobs.stop();
    await library.close();
    await database.close();
    await running.stop();
    await rm(work, { recursive: true, force: true });
  });

  /** Copies the folder of this tool into the inbox, as its manual tells. */
  const drop: Record<Tool, () => Promise<unknown>> = {
    rclone: () => {
      const { endpoint, accessKeyId, secretAccessKey, bucket } = running.options;
      const own = { TYPE: "s3", PROVIDER: "Other", ENDPOINT: endpoint, ACCESS_KEY_ID: accessKeyId, SECRET_ACCESS_KEY: secretAccessKey };
      const config = Object.entries({ ...own, UPLOAD_CUTOFF: "5M" }).map(([name, value]) => [`RCLONE_CONFIG_OWN_${name}`, value]);
      const env = { ...ENV, RCLONE_CONFIG: join(work, "rclone.conf"), ...Object.fromEntries(config) };
      return run("rclone", ["copy", join(work, "rclone"), `own:${bucket}/inbox/anna/rclone`], { env });
    },
    aws: () => {
      const { endpoint, accessKeyId, secretAccessKey, bucket } = running.options;
      const env = { ...ENV, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: "us-east-1" };
      const to = `s3://${bucket}/inbox/anna/aws/`;
      return run("/usr/bin/aws", ["--endpoint-url", endpoint, "s3", "cp", "--recursive", join(work, "aws"), to], { env });
    },
    s3cmd: () => {
      const { endpoint, accessKeyId, secretAccessKey, bucket } = running.options;
      const { host } = new URL(endpoint);
      const where = [`--host=${host}`, `--host-bucket=${host}`, "--no-ssl", `--config=${join(work, "s3cfg")}`, "--no-progress"];
      const access = [`--access_key=${accessKeyId}`, `--secret_key=${secretAccessKey}`, "--multipart-chunk-size-mb=5"];
      return run("s3cmd", [...where, ...access, "put", "--recursive", `${join(work, "s3cmd")}/`, `s3://${bucket}/inbox/anna/s3cmd/`], {
        env: ENV,
      });
    },
  };

  /** Files that no other tool has; their hashes by their names. */
  async function makeFiles(tool: Tool): Promise<Map<string, string>> {
    const hashes = new Map<string, string>();
    for (const [i, name] of [...NAMES, LARGE].entries()) {
      const create = { width: 40 + i, height: 30, channels: 3, background: `#${randomBytes(3).toString("hex")}` } as const;
      const bytes = name === LARGE ? randomBytes(12 * 2 ** 20) : Buffer.concat([await sharp({ create }).jpeg().toBuffer(), randomBytes(8)]);
      const path = join(work, tool, name);
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, bytes);
      await utimes(path, TAKEN, TAKEN);
      hashes.set(basename(name), createHash("sha256").update(bytes).digest("hex"));
    }
    return hashes;
  }

  it.skipIf(missing.length > 0).each(TOOLS)("takes what %s drops into the timeline and the library, and is empty then", async (tool) => {
    const hashes = await makeFiles(tool);
    const before = (await library.system.db.select({ id: asset.id }).from(asset)).length;
    await drop[tool]();
    const inbox = async () => (await library.system.store.list("inbox/")).objects.map(({ key }) => key);
    await expect.poll(inbox, { timeout: 60_000, interval: 200 }).toEqual([]);
    const isTold = tool !== "aws";
    const month = isTold ? "2003/04" : "20%";
    const found = async () =>
      library.system.db
        .select()
        .from(asset)
        .where(like(asset.key, `library/anna/${month}/%`));
    const ready = async () => (await found()).filter(({ state, name }) => state === "ready" || name === LARGE).length;
    await expect.poll(ready, { timeout: 60_000, interval: 200 }).toBeGreaterThanOrEqual(hashes.size);
    const rows = (await found()).filter(({ sha256 }) => [...hashes.values()].includes(Buffer.from(sha256).toString("hex")));
    expect(new Map(rows.map(({ name, sha256 }) => [name, Buffer.from(sha256).toString("hex")]))).toEqual(hashes);
    expect(rows.map(({ localAt }) => localAt === "2003-04-05T06:07:08")).toEqual(rows.map(() => isTold));
    for (const { key, sha256 } of rows) {
      const bytes = Buffer.from(await new Response(await library.system.store.get(key)).arrayBuffer());
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(Buffer.from(sha256).toString("hex"));
    }
    expect((await library.system.db.select({ id: asset.id }).from(asset)).length).toBe(before + hashes.size);
    await expect
      .poll(async () => (await Timeline.shownFrom(library.owner.ctx, await found())).size, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(rows.length);
  });
});
