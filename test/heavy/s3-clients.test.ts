import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTool, KEYS } from "../support/s3-process.ts";
import { BUCKET, startServer, type TestServer } from "../support/s3-server.ts";
import { md5 } from "../support/s3-sign.ts";

const run = promisify(execFile);
/** Nothing of this machine's own settings. */
const ENV = { PATH: process.env["PATH"], HOME: tmpdir(), LANG: "C.UTF-8" };
const TOOLS = { aws: existsSync("/usr/bin/aws") ? "/usr/bin/aws" : findTool("aws"), rclone: findTool("rclone"), s3cmd: findTool("s3cmd") };
const MB = 1 << 20;

for (const [name, path] of Object.entries(TOOLS)) {
  if (path !== undefined) continue;
  if (process.env["REQUIRE_TOOLS"] === "1") throw new Error(`${name} is not installed (apt-get install awscli rclone s3cmd)`);
  console.warn(`${name} is not installed: its tests are skipped`);
}

let s3: TestServer;
let work: string;
beforeAll(async () => {
  s3 = await startServer();
  work = await mkdtemp(join(tmpdir(), "s3-clients-"));
  await writeFile(join(work, "rclone.conf"), "");
  await writeFile(join(work, "s3cfg"), "[default]\n");
  for (const [path, size] of Object.entries(FILES)) {
    await mkdir(join(work, "photos", path, ".."), { recursive: true });
    await writeFile(join(work, "photos", path), randomBytes(size));
  }
});
afterAll(async () => {
  await s3.stop();
  await rm(work, { recursive: true, force: true });
});

/** 20 MB is sent in parts by all three. */
const FILES = { "small é.jpg": 1000, "empty.txt": 0, "2024/07/IMG +1 (2).jpg": 100_000, "big.mov": 20 * MB + 1 };
const local = async (path: string): Promise<Buffer> => readFile(join(work, path));

/** Every file of `folder` is that of the bucket's folder under `prefix`, byte for byte. */
async function expectSame(prefix: string, folder = "photos"): Promise<void> {
  for (const path of Object.keys(FILES)) {
    expect([path, md5(await readFile(join(s3.dir, BUCKET, prefix, path)))]).toEqual([path, md5(await local(join(folder, path)))]);
  }
}

describe.skipIf(TOOLS.aws === undefined)("aws-cli", { timeout: 120_000 }, () => {
  async function aws(...args: string[]): Promise<string> {
    const env = {
      ...ENV,
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: join(work, "aws-config"),
    };
    const { stdout } = await run(TOOLS.aws ?? "", ["--endpoint-url", s3.server.url, ...args], { env, maxBuffer: 64 * MB });
    return stdout;
  }

  it("syncs a folder up and down, and finds nothing to do the second time", async () => {
    await aws("s3", "sync", join(work, "photos"), `s3://${BUCKET}/aws/`, "--only-show-errors");
    await expectSame("aws");
    expect(await aws("s3", "sync", join(work, "photos"), `s3://${BUCKET}/aws/`)).toBe("");
    await aws("s3", "sync", `s3://${BUCKET}/aws/`, join(work, "aws-down"), "--only-show-errors");
    await expectSame("aws", "aws-down");
  });

  it("lists, copies, moves and removes", async () => {
    expect(await aws("s3", "ls", `s3://${BUCKET}/aws/`)).toMatch(/PRE 2024\/\n.*\d big\.mov\n.*empty\.txt\n.*small é\.jpg\n/u);
    await aws("s3", "cp", `s3://${BUCKET}/aws/big.mov`, `s3://${BUCKET}/aws/copy.mov`, "--only-show-errors");
    await aws("s3", "mv", `s3://${BUCKET}/aws/copy.mov`, `s3://${BUCKET}/aws/moved.mov`, "--only-show-errors");
    expect(md5(await readFile(join(s3.dir, BUCKET, "aws/moved.mov")))).toBe(md5(await local("photos/big.mov")));
    await aws("s3", "rm", `s3://${BUCKET}/aws/`, "--recursive", "--only-show-errors");
    expect(await aws("s3", "ls", "--recursive", `s3://${BUCKET}/`)).not.toContain(" aws/");
  });

  it("makes and removes buckets, presigns, and asks for what a bucket has not", async () => {
    await aws("s3", "mb", "s3://second-bucket");
    await aws(
      "s3api",
      "put-object",
      "--bucket",
      "second-bucket",
      "--key",
      "a",
      "--body",
      join(work, "photos/small é.jpg"),
      "--tagging",
      "a=1",
      "--metadata",
      "by=ada",
    );
    expect(JSON.parse(await aws("s3api", "head-object", "--bucket", "second-bucket", "--key", "a"))).toMatchObject({
      Metadata: { by: "ada" },
      ContentLength: 1000,
    });
    const url = (await aws("s3", "presign", "s3://second-bucket/a")).trim();
    expect((await fetch(url)).headers.get("content-length")).toBe("1000");
    await expect(aws("s3api", "get-bucket-policy", "--bucket", "second-bucket")).rejects.toThrow("NoSuchBucketPolicy");
    expect(await aws("s3api", "get-bucket-versioning", "--bucket", "second-bucket")).toBe("");
    expect(JSON.parse(await aws("s3api", "get-bucket-acl", "--bucket", "second-bucket"))).toMatchObject({
      Grants: [{ Permission: "FULL_CONTROL" }],
    });
    await aws("s3", "rb", "--force", "s3://second-bucket");
    expect(await aws("s3", "ls")).not.toContain("second-bucket");
  });
});

describe.skipIf(TOOLS.rclone === undefined)("rclone", { timeout: 120_000 }, () => {
  async function rclone(...args: string[]): Promise<string> {
    const env = {
      ...ENV,
      RCLONE_CONFIG: join(work, "rclone.conf"),
      RCLONE_CONFIG_OWN_TYPE: "s3",
      RCLONE_CONFIG_OWN_PROVIDER: "Other",
      RCLONE_CONFIG_OWN_ENDPOINT: s3.server.url,
      RCLONE_CONFIG_OWN_ACCESS_KEY_ID: KEYS.accessKeyId,
      RCLONE_CONFIG_OWN_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      RCLONE_CONFIG_OWN_UPLOAD_CUTOFF: "5M",
    };
    const { stdout, stderr } = await run(TOOLS.rclone ?? "", args, { env, maxBuffer: 64 * MB });
    return stdout + stderr;
  }

  it("syncs a folder up and down, and every checksum is right", async () => {
    const remote = `own:${BUCKET}/rclone`;
    await rclone("sync", join(work, "photos"), remote);
    await expectSame("rclone");
    expect(await rclone("check", join(work, "photos"), remote)).toContain("0 differences found");
    expect(await rclone("check", "--download", join(work, "photos"), remote)).toContain("0 differences found");
    expect(await rclone("sync", "-v", join(work, "photos"), remote)).toContain("There was nothing to transfer");
    await rclone("sync", remote, join(work, "rclone-down"));
    await expectSame("rclone", "rclone-down");
  });

  it("copies within the bucket, lists, and purges", async () => {
    await rclone("copy", `own:${BUCKET}/rclone`, `own:${BUCKET}/rclone-copy`);
    await expectSame("rclone-copy");
    expect((await rclone("lsf", "-R", "--files-only", `own:${BUCKET}/rclone-copy`)).trim().split("\n").toSorted()).toEqual(
      Object.keys(FILES).toSorted(),
    );
    await rclone("purge", `own:${BUCKET}/rclone-copy`);
    await rclone("mkdir", "own:rclone-bucket");
    await rclone("rmdir", "own:rclone-bucket");
    expect(await rclone("lsf", `own:${BUCKET}`)).not.toContain("rclone-copy");
  });
});

describe.skipIf(TOOLS.s3cmd === undefined)("s3cmd", { timeout: 120_000 }, () => {
  async function s3cmd(...args: string[]): Promise<string> {
    const host = new URL(s3.server.url).host;
    const access = [`--access_key=${KEYS.accessKeyId}`, `--secret_key=${KEYS.secretAccessKey}`];
    const where = [`--host=${host}`, `--host-bucket=${host}`, "--no-ssl", `--config=${join(work, "s3cfg")}`, "--no-progress"];
    const { stdout } = await run(TOOLS.s3cmd ?? "", [...where, ...access, "--multipart-chunk-size-mb=5", ...args], {
      env: ENV,
      maxBuffer: 64 * MB,
    });
    return stdout;
  }

  it("syncs a folder up and down, and finds nothing to do the second time", async () => {
    await s3cmd("sync", `${join(work, "photos")}/`, `s3://${BUCKET}/s3cmd/`);
    await expectSame("s3cmd");
    expect(await s3cmd("sync", "--verbose", `${join(work, "photos")}/`, `s3://${BUCKET}/s3cmd/`)).not.toContain("upload:");
    await mkdir(join(work, "s3cmd-down"));
    await s3cmd("sync", `s3://${BUCKET}/s3cmd/`, `${join(work, "s3cmd-down")}/`);
    await expectSame("s3cmd", "s3cmd-down");
  });

  it("tells about objects and buckets, copies, moves and removes", async () => {
    expect(await s3cmd("info", `s3://${BUCKET}/s3cmd/empty.txt`)).toMatch(/File size:\s+0/u);
    expect(await s3cmd("info", `s3://${BUCKET}`)).toContain("Location:");
    await s3cmd("cp", `s3://${BUCKET}/s3cmd/big.mov`, `s3://${BUCKET}/s3cmd/copy.mov`);
    await s3cmd("mv", `s3://${BUCKET}/s3cmd/copy.mov`, `s3://${BUCKET}/s3cmd/moved.mov`);
    expect(await s3cmd("ls", `s3://${BUCKET}/s3cmd/`)).toContain("moved.mov");
    await s3cmd("mb", "s3://s3cmd-bucket");
    await s3cmd("rb", "s3://s3cmd-bucket");
    await s3cmd("del", "--recursive", "--force", `s3://${BUCKET}/s3cmd/`);
    expect(await s3cmd("ls", `s3://${BUCKET}/s3cmd/`)).toBe("");
  });
});
