import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ObjectEntry } from "./entry.ts";
import { closeFile } from "./file.ts";
import { type Folder, openFolder } from "./folder.ts";
import { createFold } from "./fold.ts";
import { type Index, openIndex } from "./index.ts";
import { createObjects, type Objects } from "./objects.ts";
import { createSettler } from "./settle.ts";
import { createTurns } from "./turn.ts";

let root: string;
let index: Index;
let folder: Folder;
let objects: Objects;
let troubles: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "objects-"));
  await mkdir(join(root, "bucket"));
  await mkdir(join(root, "temp"));
  index = await openIndex(join(root, "index"), () => undefined);
  await index.addBucket("bucket");
  folder = openFolder(join(root, "bucket"), createFold());
  troubles = [];
  const trouble = (message: string): void => void troubles.push(message);
  const parts = { index, turns: createTurns(), folderOf: () => folder, trouble };
  const outside = { onOutside: async () => undefined, stopped: new AbortController().signal };
  objects = createObjects({ ...parts, settler: createSettler({ ...parts, ...outside }) });
});
afterEach(async () => {
  await index.close();
  await rm(root, { recursive: true });
});

async function commit(text: string): Promise<ObjectEntry> {
  const path = join(root, "temp", text);
  await writeFile(path, text);
  const { size, mtimeMs, ino } = await stat(path);
  const file = { path, size, mtime: mtimeMs, inode: ino };
  return objects.commit("bucket", "a/b", file, { etag: "0".repeat(32), meta: { type: text } }, () => undefined);
}

async function read(): Promise<string | undefined> {
  const found = await objects.open("bucket", "a/b");
  if (!found) return undefined;
  const text = readFileSync(found.file.fd, "utf8");
  closeFile(found.file);
  return text;
}

const failures = [
  ["journal", () => vi.spyOn(index, "put").mockRejectedValueOnce(new Error("full"))],
  ["folder", () => vi.spyOn(folder, "sync").mockRejectedValueOnce(new Error("full"))],
] as const;

describe.each(failures)("a commit whose %s cannot be written", (_, fail) => {
  it("gives the file back and leaves no object", async () => {
    fail();
    await expect(commit("new")).rejects.toThrow("full");
    expect(await readFile(join(root, "temp/new"), "utf8")).toBe("new");
    expect([await read(), existsSync(join(root, "bucket/a")), index.get("bucket", "a/b")]).toEqual([undefined, false, undefined]);
    await commit("new");
    expect(await read()).toBe("new");
  });

  it("gives the file back and leaves the older version with all that is known of it", async () => {
    const old = await commit("old");
    fail();
    await expect(commit("new")).rejects.toThrow("full");
    expect(await readFile(join(root, "temp/new"), "utf8")).toBe("new");
    expect([await read(), index.get("bucket", "a/b")]).toEqual(["old", old]);
    expect(await readdir(join(root, "temp"))).toEqual(["new"]);
  });
});

describe("a commit over an older version", () => {
  it("leaves nothing of it", async () => {
    await commit("old");
    await commit("new");
    expect([await read(), await readdir(join(root, "temp")), await readdir(join(root, "bucket/a"))]).toEqual(["new", [], ["b"]]);
  });

  it("leaves nothing beside it when it cannot be placed", async () => {
    await commit("old");
    vi.spyOn(folder, "place").mockRejectedValueOnce(new Error("full"));
    await expect(commit("new")).rejects.toThrow("full");
    expect([await read(), await readdir(join(root, "temp"))]).toEqual(["old", ["new"]]);
  });
});

it("stays as it is when its file cannot be removed", async () => {
  const entry = await commit("old");
  const forget = vi.spyOn(index, "remove");
  vi.spyOn(folder, "remove").mockRejectedValueOnce(new Error("EACCES"));
  await expect(objects.remove("bucket", "a/b", () => undefined)).rejects.toThrow("EACCES");
  expect(forget).not.toHaveBeenCalled();
  expect([await read(), index.get("bucket", "a/b")]).toEqual(["old", entry]);
  await objects.remove("bucket", "a/b", () => undefined);
  expect([await read(), index.get("bucket", "a/b")]).toEqual([undefined, undefined]);
});

it("counts as replaced when the older file, which lies elsewhere, cannot be removed, and the operator is told", async () => {
  await commit("old");
  await rename(join(root, "bucket/a"), join(root, "moved"));
  await writeFile(join(root, "bucket/a"), "in the way");
  vi.spyOn(folder, "remove").mockRejectedValueOnce(new Error("EACCES"));
  await commit("new");
  expect([await read(), troubles]).toEqual(["new", ["The file bucket/a/b was replaced but cannot be removed."]]);
});
