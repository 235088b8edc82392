import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secrets } from "./secrets.ts";

describe("tintype secrets", () => {
  let root = "";
  const run = (...args: string[]) => secrets.run({ args, settings: none, print: () => undefined });
  const none = () => {
    throw new Error("secrets are made before there are settings");
  };
  const read = (name: string) => readFile(join(root, name), "utf8");
  const all = async () => {
    const names = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    return Promise.all(names.map(async ({ parentPath, name }) => [join(parentPath, name), await readFile(join(parentPath, name), "utf8")]));
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-secrets-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("makes files that only their owner can read, and leaves nothing else behind", async () => {
    expect(await run("--out", root)).toBe(0);
    const files = await all();
    expect(files.length).toBeGreaterThan(5);
    for (const [path = ""] of files) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(path).not.toContain("tmp.");
    }
  });

  it("gives no two installations the same, and no two keys of one", async () => {
    const keys = async () => {
      await run("--out", root);
      const made = (await all()).filter(([path = ""]) => /(?:app|root|rpc|postgres).*(?:key|secret|password|user)[^/]*$/u.test(path));
      return made.map(([, text = ""]) => text);
    };
    const [first, second] = [await keys(), await rm(root, { recursive: true }).then(keys)];
    expect(first.length).toBeGreaterThan(14);
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
  });

  it("keeps what is there, however often it runs, and makes only what is missing", async () => {
    await run("--out", root);
    const before = await all();
    await run("--out", root);
    expect(await all()).toEqual(before);
    await rm(join(root, "app/minio/access-key-id"));
    await writeFile(join(root, "postgres/password"), "chosen by hand\n");
    await run("--out", root);
    expect(await read("app/minio/access-key-id")).toMatch(/^[0-9A-F]{20}\n$/u);
    expect(await read("app/database-url")).toBe("postgres://tintype:chosen by hand@postgres:5432/tintype\n");
  });

  it("refuses a file of which a power cut left nothing, instead of locking the installation out with a new secret", async () => {
    await run("--out", root);
    await writeFile(join(root, "postgres/password"), "");
    await expect(run("--out", root)).rejects.toThrow(/postgres\/password is empty/u);
  });

  it("says which folder it cannot write to", async () => {
    await writeFile(join(root, "file"), "");
    await expect(run("--out", join(root, "file"))).rejects.toThrow(/file\/postgres\/password cannot be used \(ENOTDIR\)/u);
    await expect(run()).rejects.toThrow("--out DIR is missing");
  });
});
