import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeFolder } from "./durable.ts";

vi.mock("node:fs/promises", { spy: true });

let root: string;
beforeEach(async () => {
  root = await fs.mkdtemp(join(tmpdir(), "durable-"));
});
afterEach(async () => {
  vi.mocked(fs.open).mockReset();
  await fs.rm(root, { recursive: true });
});

/** The disk takes until `release` to sync the folder `path`. */
async function slow(path: string): Promise<() => void> {
  const { open } = await vi.importActual<typeof fs>("node:fs/promises");
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.mocked(fs.open).mockImplementation(async (...args) => {
    if (args[0] === path) await gate;
    return open(...args);
  });
  return release;
}

describe("making a folder", () => {
  it("makes and syncs every missing one", async () => {
    await makeFolder(join(root, "a/b/c"));
    expect(existsSync(join(root, "a/b/c"))).toBe(true);
    const synced = vi.mocked(fs.open).mock.calls.map(([path]) => path);
    expect(synced).toEqual(expect.arrayContaining([root, join(root, "a"), join(root, "a/b")]));
  });

  it.each(["a/b", "a", "a/b/c", "a/other"])("is not done for %s before a folder that another just made is durable", async (path) => {
    const release = await slow(root);
    const first = makeFolder(join(root, "a/b"));
    await vi.waitUntil(() => existsSync(join(root, "a")));
    const second = makeFolder(join(root, path));
    expect(await Promise.race([second, setTimeout(50, "waits")])).toBe("waits");
    release();
    await Promise.all([first, second]);
    expect(existsSync(join(root, path))).toBe(true);
  });

  it("syncs nothing when it is there, and fails where a file stands", async () => {
    await makeFolder(root);
    expect(fs.open).not.toHaveBeenCalledWith(tmpdir(), "r");
    await fs.writeFile(join(root, "file"), "");
    await expect(makeFolder(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(root, "file/a"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});
