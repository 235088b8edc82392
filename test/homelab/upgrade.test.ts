import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient, setUp } from "../support/client.ts";
import { type Homelab, startHomelab } from "../support/homelab.ts";
import { type Program, startProgram } from "../support/program.ts";
import { hasHomelab } from "../support/tools.ts";

/** The release before this one: its last commit. Moved on with each release, as `BASELINE` is. */
const PREVIOUS = "f3add24";
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe.skipIf(!hasHomelab)("an upgrade while people use it", { timeout: 240_000 }, () => {
  let homelab: Homelab;
  let previous: string;
  const running: Program[] = [];
  beforeAll(async () => {
    previous = checkOut(PREVIOUS);
    homelab = await startHomelab({ entry: "node" });
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.kill()));
    await homelab?.stop();
    if (previous !== undefined) rmSync(previous, { recursive: true });
  });

  const photo = (background: string): Promise<Buffer> =>
    sharp({ create: { width: 640, height: 480, channels: 3, background } })
      .jpeg()
      .toBuffer();

  it("processes of both versions take and show photos beside each other, and the old one may start again", async () => {
    const start = async (home: string, env: Record<string, string>): Promise<Program> => {
      const program = await startProgram({ ...homelab.options(env), home });
      running.push(program);
      return program;
    };
    const oldApi = await start(previous, { ROLE: "api" });
    const oldWorker = await start(previous, { ROLE: "worker", PORT: "0" });
    const cookie = await setUp(homelab.url, oldApi.token ?? "");
    const client = createClient(homelab.url, cookie);
    const send = async (name: string, background: string): Promise<string> => {
      const sent = await client.upload({ name, bytes: await photo(background) });
      if (sent.status !== "sent") throw new Error(`${name} was planned as ${sent.status}`);
      const [settled] = await client.settled([sent.uploadId]);
      expect(settled).toMatchObject({ state: "committed", safe: true });
      return settled?.assetId ?? "";
    };
    const ids = [await send("by the old one.jpg", "#112233")];

    const newWorker = await start(ROOT, { ROLE: "worker", PORT: "0" });
    ids.push(await send("with both workers.jpg", "#223344"));
    expect(await oldWorker.stop()).toBe(0);
    ids.push(await send("old API, new worker.jpg", "#334455"));

    await oldApi.kill();
    const again = await start(previous, { ROLE: "api" });
    ids.push(await send("old API, started again.jpg", "#445566"));
    expect(await again.stop()).toBe(0);

    await start(ROOT, { ROLE: "api" });
    ids.push(await send("by the new one.jpg", "#556677"));
    for (const id of ids) expect(await client.json("GET", `/api/assets/${id}`)).toMatchObject({ id, state: "ready" });
    expect(await newWorker.stop()).toBe(0);
  });
});

/** The packages as they were at a commit, in a folder of their own, with today's dependencies and web app. */
function checkOut(commit: string): string {
  const home = mkdtempSync(join(tmpdir(), "tintype-previous-"));
  const archive = execFileSync("git", ["archive", commit, "package.json", "tsconfig.json", "packages"], { cwd: ROOT, maxBuffer: 2 ** 28 });
  execFileSync("tar", ["-x", "-C", home], { input: archive });
  const modules = join(home, "node_modules");
  mkdirSync(join(modules, "@tintype"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name !== "@tintype") symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  for (const name of ["core", "functions", "s3"]) {
    symlinkSync(join(home, "packages", name), join(modules, "@tintype", name));
    const own = join(ROOT, "packages", name, "node_modules");
    if (existsSync(own)) symlinkSync(own, join(home, "packages", name, "node_modules"));
  }
  cpSync(join(ROOT, "packages/web/dist"), join(home, "packages/web/dist"), { recursive: true });
  return home;
}
