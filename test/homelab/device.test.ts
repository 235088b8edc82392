import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Deployment, startCompose, toolPath } from "../support/compose-run.ts";
import { hasDeploy } from "../support/tools.ts";

const CLI = new URL("../../packages/functions/src/entry/cli.ts", import.meta.url).pathname;
const run = promisify(execFile);

/** The commands that `tintype device add` prints are run as they stand, by the stores' and the devices' own tools. */
describe.skipIf(!hasDeploy).each(["minio", "versitygw"])("a device of a library on %s", (store) => {
  let deployment: Deployment;
  let home: string;
  beforeAll(async () => {
    deployment = await startCompose(store, [`${store}-user`]);
    await owner(async (client) => client.send(new CreateBucketCommand({ Bucket: "photos" })));
    home = mkdtempSync(join(tmpdir(), "tintype-device-"));
    mkdirSync(join(home, "Pictures"));
    writeFileSync(join(home, "Pictures/one.jpg"), "one");
    writeFileSync(join(home, "Pictures/large.mov"), Buffer.alloc(20_000_000, "x"));
  }, 120_000);
  afterAll(async () => {
    await deployment?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const add = async (name: string): Promise<{ steps: string; tools: string[]; key: { accessKeyId: string; secretAccessKey: string } }> => {
    const args = ["device", "add", name, "--user", "anna", "--store", store, "--endpoint", deployment.storeUrl, "--bucket", "photos"];
    const { stdout } = await run(process.execPath, ["--import", "tsx", CLI, ...args]);
    const [steps = "", tools = ""] = stdout.split(/^2\. /mu);
    const of = (label: string) => new RegExp(`^ +${label} +(\\S+)$`, "mu").exec(tools)?.[1] ?? "";
    return {
      steps: steps
        .split("\n")
        .filter((line) => line.startsWith("   "))
        .join("\n"),
      tools: tools.split("\n").filter((line) => /^ {3}(?:rclone (?:config|copy)|mc (?:alias|cp)|AWS_)/u.test(line)),
      key: { accessKeyId: of("Access key"), secretAccessKey: of("Secret key") },
    };
  };
  /** In deploy/, where compose.yaml lies, with nothing of this machine but its programs. */
  const shell = (script: string) =>
    run("sh", ["-euc", script.replaceAll("~/", `${home}/`)], { cwd: deployment.dir, env: { PATH: toolPath(), HOME: home } });
  const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
    new S3Client({ endpoint: deployment.storeUrl, region: "us-east-1", forcePathStyle: true, credentials });
  const put = (client: S3Client, Key: string) => client.send(new PutObjectCommand({ Bucket: "photos", Key, Body: "x" }));

  /** Does `work` with the key that is Tintype's own. */
  const owner = async <T>(work: (client: S3Client) => Promise<T>): Promise<T> => {
    const own = (name: string) => readFileSync(join(deployment.dir, "secrets/app", store, name), "utf8").trim();
    const client = clientOf({ accessKeyId: own("access-key-id"), secretAccessKey: own("secret-access-key") });
    return work(client).finally(() => client.destroy());
  };
  /** What lies in the inbox, and lies there no more. */
  const dropped = (): Promise<string[]> =>
    owner(async (client) => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "photos", Prefix: "inbox/" }));
      const keys = Contents.map(({ Key = "" }) => Key);
      for (const Key of keys) await client.send(new DeleteObjectCommand({ Bucket: "photos", Key }));
      return keys;
    });

  it("drops files with rclone, mc and aws-cli into its user's inbox, and can do nothing else", async () => {
    const { steps, tools, key } = await add("phone");
    await shell(steps);
    const client = clientOf(key);
    for (const commands of [tools.slice(0, 2), tools.slice(2, 4), tools.slice(4)]) {
      await shell(commands.join("\n"));
      expect(await dropped()).toEqual(["inbox/anna/large.mov", "inbox/anna/one.jpg"]);
    }
    await put(client, "inbox/anna/by-hand.jpg");
    expect(await dropped()).toEqual(["inbox/anna/by-hand.jpg"]);
    const refused = /Access ?Denied|Forbidden|UnknownError/u;
    await expect(put(client, "library/anna/2026/01/a.jpg")).rejects.toThrow(refused);
    await expect(put(client, "inbox/ben/a.jpg")).rejects.toThrow(refused);
    for (const Prefix of ["", "library/", "inbox/anna/"]) {
      await expect(client.send(new ListObjectsV2Command({ Bucket: "photos", Prefix }))).rejects.toThrow(refused);
    }
    await expect(client.send(new GetObjectCommand({ Bucket: "photos", Key: "inbox/anna/by-hand.jpg" }))).rejects.toThrow(refused);
    client.destroy();
  });

  it("does not take the key of another device away", async () => {
    const [laptop, tablet] = [await add("laptop"), await add("tablet")];
    await shell(laptop.steps);
    await shell(tablet.steps);
    for (const { key } of [laptop, tablet]) {
      const client = clientOf(key);
      expect((await put(client, "inbox/anna/again.jpg")).$metadata.httpStatusCode).toBe(200);
      client.destroy();
    }
  });
});
