import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyFor } from "../../packages/functions/src/adapters/store-s3-policy.ts";
import { type Client, createClient, setUp, signIn } from "../support/client.ts";
import { DEPLOY, readCompose, readEnvFile } from "../support/compose.ts";
import { type Deployment, openDeployment } from "../support/compose-run.ts";
import { openReader, readGuide, type Reader } from "../support/guide.ts";
import { freePort } from "../support/postgres.ts";
import { hasDeploy } from "../support/tools.ts";

const guide = readGuide("docs/homelab.md");
const { blocksOf } = guide;

/** docs/homelab.md as somebody would follow it, on one installation, from top to bottom. */
describe.skipIf(!hasDeploy)("docs/homelab.md", { timeout: 180_000 }, () => {
  let deployment: Deployment;
  let reader: Reader;
  let client: Client;
  let asset = "";
  let photo: Buffer;

  beforeAll(async () => {
    deployment = await openDeployment();
    const colour = { width: 640, height: 480, channels: 3 as const, background: "#aa5533" };
    photo = await sharp({ create: colour }).jpeg().toBuffer();
    reader = await openReader(deployment, { "9000": new URL(deployment.storeUrl).port, "9002": String(await freePort()) });
  });
  afterAll(async () => {
    reader?.close();
    await deployment?.close();
  });

  const follow = (commands: string): Promise<string> => reader.follow(commands);
  const original = async (): Promise<Buffer> => {
    const location = (await client.call("GET", `/api/assets/${asset}/original`)).headers.get("location") ?? "";
    expect(new URL(location).origin).toBe(deployment.storeUrl);
    return Buffer.from(await (await fetch(location)).arrayBuffer());
  };

  it("leads from nothing to the first photo", async () => {
    const [start = ""] = blocksOf("From nothing to the first photo");
    const token = /\/setup#token=(?<token>\S+)/u.exec(await follow(start))?.groups?.["token"] ?? "";
    client = createClient(deployment.url, await setUp(deployment.url, token));
    const sent = await client.upload({ name: "Dune.jpg", bytes: photo });
    const [settled] = await client.settled([sent.status === "sent" ? sent.uploadId : ""]);
    expect(settled).toMatchObject({ state: "committed", safe: true });
    asset = settled?.assetId ?? "";
    expect(await original()).toEqual(photo);
    expect(readEnvFile(join(deployment.dir, ".env"))).toMatchObject({ PUID: String(process.getuid?.()), STORE: "minio" });
  });

  it("has a device added", async () => {
    const [add = ""] = blocksOf("Photos from other programs");
    expect(await follow(add)).toContain(`mc alias set tintype-anna-phone ${deployment.storeUrl} `);
  });

  it("has the store told what it can do and what Tintype needs, as docs/storage.md says", async () => {
    const { text, blocksOf: inStorage } = readGuide("docs/storage.md");
    const [doctor = "", ...none] = inStorage("What each can do");
    expect(blocksOf("When something does not work")).toEqual([doctor]);
    const [policy = "", ...more] = inStorage("The rights that Tintype needs");
    expect(await follow(doctor)).toContain("All is well.");
    expect(JSON.parse(await follow(policy))).toEqual(policyFor("photos"));
    expect([...none, ...more, ...(text.match(/^```/gmu) ?? [])]).toHaveLength(4);
  });

  it("begins as README.md says, which has four more commands", async () => {
    const [start = "", ...more] = readGuide("README.md").blocksOf("Homelab");
    expect(start).toBe(`cd deploy\n${blocksOf("From nothing to the first photo")[0]}`);
    const said = await follow(more.join(""));
    for (const part of ["All is well.", "mc alias set tintype-anna-phone", "holds "]) expect(said).toContain(part);
    const token = said.trim().split("\n").at(-1) ?? "";
    const scraped = await fetch(`${deployment.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect([more.length, scraped.status]).toEqual([1, 200]);
  });

  it("moves the library from MinIO to versitygw, where it is the same", async () => {
    for (const block of blocksOf("MinIO is archived")) await follow(block);
    expect(readEnvFile(join(deployment.dir, ".env"))["STORE"]).toBe("versitygw");
    client = createClient(deployment.url, await signIn(deployment.url));
    expect(await original()).toEqual(photo);
    const library = join(deployment.dir, "data/versitygw/buckets/photos/library");
    const files = readdirSync(library, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".jpg"));
    expect(files).toHaveLength(1);
    expect(readFileSync(join(library, files[0] ?? ""))).toEqual(photo);
    const sent = await client.upload({ name: "Dune again.jpg", bytes: photo });
    expect(sent).toEqual({ status: "have", assetId: asset });
  });

  it("is updated by starting it again", async () => {
    const [update = ""] = blocksOf("Updates");
    await follow(update);
    expect((await fetch(`${deployment.url}/readyz`)).status).toBe(200);
  });

  it("tells where the key of a store elsewhere goes", async () => {
    for (const block of blocksOf("Which store")) await follow(block);
    const { tintype } = readCompose(
      readEnvFile(join(deployment.dir, ".env"), { STORE: "external", S3_ENDPOINT: "https://s3.example.com" }),
    );
    const path = tintype?.environment["S3_ACCESS_KEY_ID_FILE"]?.replace("/secrets", join(deployment.dir, "secrets/app")) ?? "";
    expect(readFileSync(path, "utf8")).toBe("the id of the key\n");
  });

  it("has no other commands than these, and names every setting of .env.example and of the process", () => {
    const followed = [
      "From nothing to the first photo",
      "Photos from other programs",
      "When something does not work",
      "MinIO is archived",
      "Updates",
      "Which store",
    ];
    expect(followed.flatMap((title) => blocksOf(title))).toHaveLength(guide.text.match(/^```sh/gmu)?.length ?? 0);
    expect(guide.text.match(/^```/gmu)).toHaveLength(followed.flatMap((title) => blocksOf(title)).length * 2);
    const inFile = [...readFileSync(`${DEPLOY}.env.example`, "utf8").matchAll(/^#?(?<name>[A-Z0-9_]+)=/gmu)].map((found) => found[1]);
    expect(inFile.filter((name) => !guide.text.includes(name ?? "") && name !== "COMPOSE_PROFILES")).toEqual([]);
  });
});
