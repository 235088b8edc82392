import * as fs from "node:fs";
import * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Disk, openDisk } from "./disk.ts";
import type { ObjectEntry } from "./entry.ts";
import { closeFile } from "./file.ts";
import type { Temp } from "./temp.ts";

vi.mock("node:fs", { spy: true });
vi.mock("node:fs/promises", { spy: true });

let root: string;
let disk: Disk;
let troubles: string[];
/** The one sync that the system refuses next, by the end of its path. */
let unsynced: string | undefined;

beforeEach(async () => {
  const actual = await vi.importActual<typeof fs>("node:fs");
  const paths = new Map<number, string>();
  root = await promises.mkdtemp(join(tmpdir(), "objects-"));
  troubles = [];
  unsynced = undefined;
  const sync = (real: typeof fs.fsync) => (fd: number, done: fs.NoParamCallback) => {
    const refused = unsynced !== undefined && paths.get(fd)?.replace(/-\d+$/u, "").endsWith(unsynced);
    if (!refused) return real(fd, done);
    unsynced = undefined;
    process.nextTick(done, failure("ENOSPC"));
  };
  // Only what createFile uses of the many forms of `open`.
  vi.mocked(
    fs.open as (path: string, flags: number, mode: number, opened: (error: unknown, fd: number) => void) => void,
  ).mockImplementation((path, flags, mode, opened) => {
    actual.open(path, flags, mode, (error, fd) => {
      if (!error) paths.set(fd, path);
      opened(error, fd);
    });
  });
  vi.mocked(fs.openSync).mockImplementation((...args) => {
    const fd = actual.openSync(...args);
    paths.set(fd, String(args[0]));
    return fd;
  });
  vi.mocked(fs.fdatasync).mockImplementation(sync(actual.fdatasync));
  vi.mocked(fs.fsync).mockImplementation(sync(actual.fsync));
  const trouble = (message: string): void => void troubles.push(message);
  disk = await openDisk({ root, state: join(root, ".s3"), onOutside: async () => undefined, trouble, notice: () => undefined });
  await disk.addBucket("bucket");
});
afterEach(async () => {
  await disk.close();
  vi.resetAllMocks();
  await promises.rm(root, { recursive: true });
});

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

async function receive(text: string): Promise<Temp> {
  const chunks = (async function* one() {
    yield Buffer.from(text);
  })();
  return disk.receive(chunks, ["md5"], text.length);
}

async function commit(file: Temp, key = "a/b"): Promise<ObjectEntry> {
  return disk.commit("bucket", key, file, { etag: "0".repeat(32), meta: { type: "x/y" } }, () => undefined);
}

async function put(text: string, key = "a/b"): Promise<ObjectEntry> {
  return commit(await receive(text), key);
}

async function read(key = "a/b"): Promise<string | undefined> {
  const found = await disk.open("bucket", key);
  if (!found) return undefined;
  const text = fs.readFileSync(found.file.fd, "utf8");
  closeFile(found.file);
  return text;
}

const left = async (): Promise<string[]> => promises.readdir(join(root, ".s3/temp"));
const entry = (): ObjectEntry | undefined => disk.index.get("bucket", "a/b");

describe.each([
  ["journal", "/journal"],
  ["folder", "bucket/a"],
])("a commit whose %s cannot be written", (_, path) => {
  it("gives the file back and leaves no object", async () => {
    const file = await receive("new");
    unsynced = path;
    await expect(commit(file)).rejects.toThrow("ENOSPC");
    expect([await promises.readFile(file.path, "utf8"), await left()]).toEqual(["new", [basename(file.path)]]);
    expect([await read(), fs.existsSync(join(root, "bucket/a")), entry()]).toEqual([undefined, false, undefined]);
    await commit(file);
    expect(await read()).toBe("new");
  });

  it("gives the file back and leaves the older version with all that is known of it", async () => {
    const old = await put("old");
    const file = await receive("new");
    unsynced = path;
    await expect(commit(file)).rejects.toThrow("ENOSPC");
    expect([await promises.readFile(file.path, "utf8"), await left()]).toEqual(["new", [basename(file.path)]]);
    expect([await read(), entry()]).toEqual(["old", old]);
  });
});

describe("a commit over an older version", () => {
  it("leaves nothing of it", async () => {
    await put("old");
    await put("new");
    expect([await read(), await left(), await promises.readdir(join(root, "bucket/a"))]).toEqual(["new", [], ["b"]]);
  });

  it("is checked against what somebody has made of that by hand meanwhile", async () => {
    const old = await put("old");
    const file = await receive("new");
    await promises.writeFile(join(root, "bucket/a/b"), "edited");
    const check = (current: ObjectEntry | undefined): void => {
      if (current?.etag !== old.etag) throw new Error("another version");
    };
    await expect(disk.commit("bucket", "a/b", file, { etag: "1".repeat(32), meta: {} }, check)).rejects.toThrow("another version");
    expect(await read()).toBe("edited");
  });

  it("leaves nothing beside it when it cannot be placed", async () => {
    const old = await put("old");
    const file = await receive("new");
    vi.mocked(promises.rename).mockRejectedValueOnce(failure("EACCES"));
    await expect(commit(file)).rejects.toThrow("EACCES");
    expect([await read(), await left(), entry()]).toEqual(["old", [basename(file.path)], old]);
  });

  it("counts when the older file, which lies elsewhere, cannot be removed, and the operator is told", async () => {
    const elsewhere = Buffer.concat([Buffer.from(join(root, "bucket/b")), Buffer.from([0xe9])]);
    await promises.writeFile(elsewhere, "old");
    await disk.rescan();
    await disk.rescan();
    expect(await read("b%E9")).toBe("old");
    const file = await receive("new");
    vi.mocked(promises.unlink).mockImplementationOnce(async (path) => {
      expect(path).toEqual(elsewhere);
      throw failure("EACCES");
    });
    await commit(file, "b%E9");
    expect([await read("b%E9"), fs.existsSync(elsewhere)]).toEqual(["new", true]);
    expect(troubles).toEqual([expect.stringMatching(/was replaced but cannot be removed\.$/u)]);
  });
});

it("an object stays as it is when its file cannot be removed", async () => {
  const old = await put("old");
  vi.mocked(promises.unlink).mockRejectedValueOnce(failure("EACCES"));
  await expect(disk.remove("bucket", "a/b", () => undefined)).rejects.toThrow("EACCES");
  expect([await read(), entry()]).toEqual(["old", old]);
  await disk.remove("bucket", "a/b", () => undefined);
  expect([await read(), entry()]).toEqual([undefined, undefined]);
});
