import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataFolder, openSecrets } from "./data-folder.ts";

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tintype-folder-"));
  await mkdir(join(root, "program"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const open = (name: string) => openDataFolder(join(root, name), join(root, "program"));

describe("the data folder", () => {
  it("is made on first use, with secrets that only its owner can read and that stay the same", async () => {
    const folder = await open("Tintype");
    const secrets = await openSecrets(folder);
    const { mode } = await stat(join(folder.inner, "secrets.json"));
    expect(mode & 0o777).toBe(0o600);
    expect(await openSecrets(await open("Tintype"))).toEqual(secrets);
  });

  it("is for its owner alone when it is made, and stays as open as it is when it was there", async () => {
    const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
    expect(await modeOf((await open("Tintype")).dir)).toBe(0o700);
    await chmod(join(root, "Tintype"), 0o750);
    expect(await modeOf((await open("Tintype")).dir)).toBe(0o750);
  });

  it("is not made below a folder that does not exist, which may be a disk that is not mounted", async () => {
    await expect(open("missing/Tintype")).rejects.toThrow(/does not exist\. Create it, connect the disk/u);
  });

  it("is refused inside the program's own folder", async () => {
    await expect(open("program/data")).rejects.toThrow(/inside the program's own folder/u);
    expect(existsSync(join(root, "program/data"))).toBe(false);
    await symlink(join(root, "program"), join(root, "linked"));
    await expect(open("linked/data")).rejects.toThrow(/inside the program's own folder/u);
    await expect(open("linked")).rejects.toThrow(/inside the program's own folder/u);
  });

  it("is refused where a file lies", async () => {
    await writeFile(join(root, "file"), "");
    await expect(open("file")).rejects.toThrow(/is a file/u);
  });

  it("says so when its secrets are damaged, and leaves them as they are", async () => {
    const folder = await open("Tintype");
    await writeFile(join(folder.inner, "secrets.json"), "{");
    await expect(openSecrets(folder)).rejects.toThrow(/is damaged/u);
    expect(await readFile(join(folder.inner, "secrets.json"), "utf8")).toBe("{");
  });

  it("says so when nothing can be made in it", async () => {
    await mkdir(join(root, "odd"));
    await writeFile(join(root, "odd", ".tintype"), "");
    await expect(open("odd")).rejects.toThrow(/cannot be written to \((EEXIST|ENOTDIR)\)/u);
  });

  it.runIf(process.platform === "linux")("says so when it is read-only, for root as well", async () => {
    await expect(openDataFolder("/sys/kernel", root)).rejects.toThrow(/\/sys\/kernel cannot be written to \(E[A-Z]+\)/u);
  });
});
