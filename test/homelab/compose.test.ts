import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromePath, dropFiles, launchBrowser, openPage } from "../support/browser.ts";
import { OWNER } from "../support/client.ts";
import { type Deployment, startCompose } from "../support/compose-run.ts";
import { hasDeploy } from "../support/tools.ts";

/** What `docker compose up` starts, without containers: see startCompose. */
describe.skipIf(!hasDeploy || chromePath === undefined)("deploy/compose.yaml", { timeout: 120_000 }, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await launchBrowser();
    folder = mkdtempSync(join(tmpdir(), "tintype-drop-"));
    const colour = { width: 800, height: 600, channels: 3 as const, background: "#336699" };
    writeFileSync(join(folder, "Sea.jpg"), await sharp({ create: colour }).jpeg().toBuffer());
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const filesIn = (dir: string): string[] =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));

  describe.each(["minio", "versitygw"])("with the profile %s", (store) => {
    let deployment: Deployment;
    beforeAll(async () => {
      deployment = await startCompose(store);
    }, 120_000);
    afterAll(() => deployment?.close());

    it("comes up healthy and prints a link, behind which a photo is dropped and seen", async () => {
      const link = /http:\/\/localhost:\d+\/setup#token=\S+/u.exec(deployment.output("tintype"))?.[0];
      const { page, problems } = await openPage(browser);
      const sent: string[] = [];
      page.on("request", (request) => void (request.method() === "PUT" && sent.push(new URL(request.url()).origin)));
      await page.goto(link ?? "");
      await page.getByLabel("Your name").fill(OWNER.name);
      await page.getByLabel("E-mail").fill(OWNER.email);
      await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
      await page.getByRole("button", { name: "Create the account" }).click();
      await page.getByRole("heading", { name: "Drop your photos here" }).waitFor();
      await dropFiles(page, [join(folder, "Sea.jpg")], "main");
      await page.locator(".tile-image.shown[src*='/derived/']").first().waitFor({ timeout: 60_000 });
      expect(new Set(sent)).toEqual(new Set([deployment.storeUrl]));
      expect(problems).toEqual([]);
      await page.context().close();
    });

    it("has made secrets that nobody else can read, and printed none of them", () => {
      const secrets = filesIn(join(deployment.dir, "secrets"));
      expect(secrets.length).toBeGreaterThan(10);
      expect(secrets.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
    });

    it("gives Tintype a key that its bucket knows, and that rules no other", async () => {
      const key = (name: string) => readFileSync(join(deployment.dir, "secrets/app", store, name), "utf8").trim();
      const credentials = { accessKeyId: key("access-key-id"), secretAccessKey: key("secret-access-key") };
      const client = new S3Client({ endpoint: deployment.storeUrl, region: "us-east-1", forcePathStyle: true, credentials });
      expect((await client.send(new HeadBucketCommand({ Bucket: "photos" }))).$metadata.httpStatusCode).toBe(200);
      // versitygw has no policies of accounts: ours may make buckets, and sees none but its own.
      const other = new CreateBucketCommand({ Bucket: "other" });
      if (store === "minio") await expect(client.send(other)).rejects.toThrow(/Access Denied/u);
      client.destroy();
    });

    it("ends all of it cleanly when it is told to", async () => {
      expect(await deployment.down()).toEqual({ tintype: 0, [store]: 0 });
    });
  });
});
