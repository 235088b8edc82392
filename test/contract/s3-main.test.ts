import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS, startOwn } from "../support/s3-process.ts";
import { BUCKET, startServer } from "../support/s3-server.ts";
import { sha256, signHeaders } from "../support/s3-sign.ts";
import { mountSmall, unmount } from "../support/small-disk.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MB = 1 << 20;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "s3-main-"));
});
afterAll(async () => rm(dir, { recursive: true }));

/** What `npm run s3` says before it ends. */
async function run(args: string[], keys = true): Promise<{ code: unknown; said: string }> {
  const own = { S3_ACCESS_KEY_ID: KEYS.accessKeyId, S3_SECRET_ACCESS_KEY: KEYS.secretAccessKey };
  const env = { PATH: process.env["PATH"], ...(keys ? own : {}) };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--import", "tsx", "packages/s3/src/main.ts", ...args],
      { cwd: ROOT, env, timeout: 15_000 },
      (error, _, stderr) => {
        resolve({ code: error?.code, said: stderr });
      },
    );
  });
}

describe("the server alone", () => {
  it("says everything that is missing", async () => {
    const { code, said } = await run(["--port", "x"], false);
    expect(code).toBe(2);
    for (const word of ["--dir", "--port", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]) expect(said).toContain(word);
  });

  it("says in one line what keeps it from starting", async () => {
    const server = await startOwn(join(dir, "taken"));
    const port = new URL(server.url).port;
    await writeFile(join(dir, "file"), "");
    const taken = await run(["--dir", join(dir, "other"), "--port", port]);
    const locked = await run(["--dir", join(dir, "taken"), "--port", "0"]);
    const file = await run(["--dir", join(dir, "file"), "--port", "0"]);
    const host = await run(["--dir", join(dir, "other"), "--port", "0", "--host", "192.0.2.1"]);
    await server.stop();
    expect((await readdir(dir)).toSorted()).toEqual(["file", "taken"]);
    expect([taken, locked, file, host]).toEqual([
      { code: 1, said: `Port ${port} is taken. Choose another one with --port.\n` },
      {
        code: 1,
        said: `Another process (pid ${server.pid}) already uses the folder ${join(dir, "taken")}. Stop it first, or choose another folder.\n`,
      },
      { code: 1, said: `${join(dir, "file")} is no folder.\n` },
      { code: 1, said: "192.0.2.1 is no address of this machine. Choose another one with --host.\n" },
    ]);
  });

  it("keeps off a folder that another server has, whatever state folder that one uses", async () => {
    const state = join(dir, "state of the other");
    const s3 = await startServer({ dir: join(dir, "shared"), state });
    const said = (folder: string) =>
      `Another process (pid ${process.pid}) already uses the folder ${folder}. Stop it first, or choose another folder.\n`;
    expect(await run(["--dir", s3.dir, "--port", "0"])).toEqual({ code: 1, said: said(s3.dir) });
    await expect(startServer({ dir: join(dir, "of its own"), state })).rejects.toThrow(said(state).trim());
    await s3.server.close();
    const next = await startOwn(s3.dir);
    await next.stop();
  });

  it("ends cleanly when it is told to, and needs no journal at the next start", async () => {
    const state = join(dir, "again/.s3/index");
    const first = await startOwn(join(dir, "again"));
    const path = "/photos";
    const { headers } = signHeaders({ method: "PUT", path, headers: { host: new URL(first.url).host }, payload: sha256(""), keys: KEYS });
    expect((await fetch(first.url + path, { method: "PUT", headers })).status).toBe(200);
    await first.stop("SIGTERM");
    expect((await readdir(state)).map((name) => name.split("-")[0])).toEqual(["index", "journal"]);
    expect((await stat(join(state, (await readdir(state))[1] ?? ""))).size).toBe(0);
  });
});

describe("a full disk", () => {
  it("is said to the client, keeps nothing of what did not fit, and everything else", async (context) => {
    const small = join(dir, "small");
    await mkdir(small);
    if (!mountSmall(small, 8)) return context.skip();
    try {
      const s3 = await startServer({ dir: small });
      const put = async (key: string, size: number) => s3.ask({ method: "PUT", key, body: Buffer.alloc(size, 1) });
      expect((await put("fits", 3 * MB)).status).toBe(200);
      const full = await put("too-big", 6 * MB);
      expect([full.status, full.code, full.text.includes("disk is full")]).toEqual([507, "InsufficientStorage", true]);
      expect((await put("fits", 6 * MB)).status).toBe(507);
      expect((await s3.ask({ method: "GET", key: "fits" })).body.length).toBe(3 * MB);
      for (let index = 0; (await put(`small/${index}`, 100_000)).status === 200; index++) expect(index).toBeLessThan(100);
      expect(await readdir(join(small, ".s3/temp"))).toEqual([]);
      const listed = async () => (await s3.ask({ method: "GET", query: [["list-type", "2"]] })).text.match(/<Key>/gu)?.length ?? 0;
      const before = await listed();
      expect((await s3.ask({ method: "DELETE", key: "fits" })).status).toBe(204);
      expect((await put("again", 2 * MB)).status).toBe(200);
      await s3.restart();
      expect([await listed(), (await readdir(join(small, BUCKET))).includes("too-big")]).toEqual([before, false]);
      await s3.server.close();
    } finally {
      unmount(small);
    }
  });
});
