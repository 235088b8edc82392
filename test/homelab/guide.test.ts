import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Client, createClient, setUp, signIn } from "../support/client.ts";
import { DEPLOY, readCompose, readEnvFile } from "../support/compose.ts";
import { type Deployment, openDeployment, toolPath } from "../support/compose-run.ts";
import { freePort } from "../support/postgres.ts";
import { hasDeploy } from "../support/tools.ts";

const GUIDE = readFileSync(new URL("../../docs/homelab.md", import.meta.url), "utf8");

/** The commands of a section of the guide, in order, block by block. */
function blocksOf(title: string): string[] {
  const section = GUIDE.split(/^## /mu).find((part) => part.startsWith(title));
  if (section === undefined) throw new Error(`the guide has no section "${title}"`);
  return [...section.matchAll(/^```sh\n(?<commands>.*?)^```$/gmsu)].map(({ groups }) => groups?.["commands"] ?? "");
}

const Call = z.object({ args: z.array(z.string()), env: z.record(z.string(), z.string()) });

/** Stands in for `docker`: hands its arguments to this process, where the services are processes too. Anything else than the guide uses is refused. */
const DOCKER = `#!/usr/bin/env node
const env = Object.fromEntries(["STORE_LISTEN"].filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
const options = { method: "POST", body: JSON.stringify({ args: process.argv.slice(2), env }) };
fetch(process.env.STAND_IN, options).then(async (answer) => {
  (answer.ok ? process.stdout : process.stderr).write(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
});
`;

async function compose(deployment: Deployment, { args, env }: z.infer<typeof Call>): Promise<string> {
  const words = args.filter((word) => word !== "-d" && word !== "--build");
  const profile = words[1] === "--profile" ? words.splice(1, 2)[1] : undefined;
  const [program, verb, ...rest] = words;
  const known = Object.keys(readCompose(readEnvFile(join(deployment.dir, ".env"))));
  const [service = "", ...command] = rest;
  if (program !== "compose" || (service !== "" && !known.includes(service))) throw new Error(`docker ${args.join(" ")} is not understood`);
  const profiles = profile === undefined ? {} : { COMPOSE_PROFILES: profile };
  if (verb === "up") return deployment.up(rest.length > 0 ? rest : undefined, { ...env, ...profiles }).then(() => "");
  if (verb === "logs") return deployment.output(service);
  if (verb === "stop") return deployment.down([service]).then(() => "");
  if (verb === "down" && profile === "*") return deployment.down().then(() => "");
  if (verb === "exec") return deployment.exec(service, command);
  throw new Error(`docker ${args.join(" ")} is not understood`);
}

/** docs/homelab.md as somebody would follow it, on one installation, from top to bottom. */
describe.skipIf(!hasDeploy)("docs/homelab.md", { timeout: 180_000 }, () => {
  let deployment: Deployment;
  let standIn: Server;
  let other: number;
  let client: Client;
  let asset = "";
  let photo: Buffer;

  beforeAll(async () => {
    deployment = await openDeployment();
    other = await freePort();
    const colour = { width: 640, height: 480, channels: 3 as const, background: "#aa5533" };
    photo = await sharp({ create: colour }).jpeg().toBuffer();
    mkdirSync(join(deployment.dir, "bin"));
    writeFileSync(join(deployment.dir, "bin/docker"), DOCKER);
    chmodSync(join(deployment.dir, "bin/docker"), 0o755);
    standIn = createServer((request, response) => {
      json(request)
        .then((body) => compose(deployment, Call.parse(body)))
        .then((text) => response.end(text))
        .catch((error: unknown) => response.writeHead(500).end(String(error)));
    }).listen(0, "127.0.0.1");
    await once(standIn, "listening");
  });
  afterAll(async () => {
    standIn?.close();
    await deployment?.close();
  });

  /** Runs commands as they stand, but for the ports, which are free ones here. */
  const follow = async (commands: string): Promise<string> => {
    const { port } = standIn.address() as { port: number };
    const here = commands.replaceAll("9000", new URL(deployment.storeUrl).port).replaceAll("9002", String(other));
    const env = { PATH: `${join(deployment.dir, "bin")}:${toolPath()}`, HOME: deployment.dir, STAND_IN: `http://127.0.0.1:${port}` };
    return (await promisify(execFile)("sh", ["-euc", here], { cwd: deployment.dir, env })).stdout;
  };
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
    const followed = ["From nothing to the first photo", "Photos from other programs", "MinIO is archived", "Updates", "Which store"];
    expect(followed.flatMap(blocksOf)).toHaveLength(GUIDE.match(/^```sh/gmu)?.length ?? 0);
    expect(GUIDE.match(/^```/gmu)).toHaveLength(followed.flatMap(blocksOf).length * 2);
    const inFile = [...readFileSync(`${DEPLOY}.env.example`, "utf8").matchAll(/^#?(?<name>[A-Z0-9_]+)=/gmu)].map((found) => found[1]);
    expect(inFile.filter((name) => !GUIDE.includes(name ?? "") && name !== "COMPOSE_PROFILES")).toEqual([]);
  });
});
