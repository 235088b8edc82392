import * as fs from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeFolder } from "./durable.ts";

vi.mock("node:fs", { spy: true });

let root: string;
let synced: string[];
/** Folders that the disk takes until then to sync. */
const slow = new Map<string, Promise<void>>();

beforeEach(async () => {
  const { openSync, fsync } = await vi.importActual<typeof fs>("node:fs");
  const paths = new Map<number, string>();
  synced = [];
  root = await mkdtemp(join(tmpdir(), "durable-"));
  vi.mocked(fs.openSync).mockImplementation((...args) => {
    const fd = openSync(...args);
    paths.set(fd, String(args[0]));
    return fd;
  });
  vi.mocked(fs.fsync).mockImplementation((fd, done) => {
    const path = paths.get(fd) ?? "";
    synced.push(path);
    void Promise.resolve(slow.get(path)).then(() => {
      fsync(fd, done);
    });
  });
});
afterEach(async () => {
  vi.mocked(fs.openSync).mockReset();
  vi.mocked(fs.fsync).mockReset();
  slow.clear();
  await rm(root, { recursive: true });
});

describe("making a folder", () => {
  it("makes and syncs every missing one", async () => {
    await makeFolder(join(root, "a/b/c"));
    expect(fs.existsSync(join(root, "a/b/c"))).toBe(true);
    expect(synced).toEqual(expect.arrayContaining([root, join(root, "a"), join(root, "a/b")]));
  });

  it.each(["a/b", "a", "a/b/c", "a/other"])("is not done for %s before a folder that another just made is durable", async (path) => {
    let release = (): void => undefined;
    slow.set(
      root,
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    const first = makeFolder(join(root, "a/b"));
    await vi.waitUntil(() => fs.existsSync(join(root, "a")));
    const second = makeFolder(join(root, path));
    expect(await Promise.race([second, setTimeout(50, "waits")])).toBe("waits");
    release();
    await Promise.all([first, second]);
    expect(fs.existsSync(join(root, path))).toBe(true);
  });

  it("syncs nothing when it is there, and fails where a file stands", async () => {
    await makeFolder(root);
    expect(synced).toEqual([]);
    await writeFile(join(root, "file"), "");
    await expect(makeFolder(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(root, "file/a"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});
