import * as fs from "node:fs";
import * as promises from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Disk, openDisk } from "./disk.ts";

vi.mock("node:fs", { spy: true });
vi.mock("node:fs/promises", { spy: true });

let root: string;
let disk: Disk;
/** What was done that outlives a loss of power, in the order in which it was finished. */
let done: string[] = [];

beforeEach(async () => {
  const [actual, actualPromises] = await Promise.all([
    vi.importActual<typeof fs>("node:fs"),
    vi.importActual<typeof promises>("node:fs/promises"),
  ]);
  root = await promises.mkdtemp(join(tmpdir(), "disk-"));
  const paths = new Map<number, string>();
  const nameOf = (path: string): string => {
    const name = relative(root, path);
    if (name.startsWith(".s3/temp/")) return "body";
    return name.startsWith(".s3/index/") ? basename(name).replace(/-\d+$/u, "") : name;
  };
  const synced = (fd: number, sync: typeof fs.fsync, callback: fs.NoParamCallback): void => {
    sync(fd, (error) => {
      done.push(`sync ${nameOf(paths.get(fd) ?? "")}`);
      callback(error);
    });
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
  vi.mocked(fs.fdatasync).mockImplementation((fd, callback) => {
    synced(fd, actual.fdatasync, callback);
  });
  vi.mocked(fs.fsync).mockImplementation((fd, callback) => {
    synced(fd, actual.fsync, callback);
  });
  vi.mocked(promises.rename).mockImplementation(async (from, to) => {
    await actualPromises.rename(from, to);
    done.push(`rename to ${nameOf(String(to))}`);
  });
  vi.mocked(promises.unlink).mockImplementation(async (path) => {
    await actualPromises.unlink(path);
    done.push(`unlink ${nameOf(String(path))}`);
  });
  const quiet = { onOutside: async () => undefined, trouble: () => undefined, notice: () => undefined };
  disk = await openDisk({ root, state: join(root, ".s3"), ...quiet });
  await disk.addBucket("bucket");
  done = [];
});
afterEach(async () => {
  await disk.close();
  vi.resetAllMocks();
  await promises.rm(root, { recursive: true });
});

async function put(key: string, body: Buffer): Promise<void> {
  const temp = await disk.receive(
    (async function* one() {
      yield body;
    })(),
    ["md5"],
    body.length,
  );
  await disk.commit("bucket", key, temp, { etag: "0".repeat(32), meta: {} }, () => undefined);
}

describe("a commit", () => {
  it.each([10, 1 << 20])("of %i bytes is done when the body, then its name and its record, are on the disk", async (size) => {
    await put("new/folder/key", Buffer.alloc(size));
    const last = (what: string): number => done.lastIndexOf(what);
    expect(done.slice(0, last("rename to bucket/new/folder/key"))).toContain("sync body");
    expect(last("sync body")).toBeLessThan(last("rename to bucket/new/folder/key"));
    expect(last("sync bucket/new/folder")).toBeGreaterThan(last("rename to bucket/new/folder/key"));
    expect(done).toEqual(expect.arrayContaining(["sync bucket", "sync bucket/new", "sync journal"]));
  });

  it("over an older version is, too", async () => {
    await put("key", Buffer.from("old"));
    done = [];
    await put("key", Buffer.from("new"));
    expect(done.slice(0, 2)).toEqual(["sync body", "rename to bucket/key"]);
    expect(done.slice(2, 4).toSorted()).toEqual(["sync bucket", "sync journal"]);
  });
});

describe("a removal", () => {
  it("is done when the name and the record are gone from the disk", async () => {
    await put("a/key", Buffer.from("old"));
    done = [];
    await disk.remove("bucket", "a/key", () => undefined);
    expect(done.indexOf("unlink bucket/a/key")).toBeLessThan(done.indexOf("sync bucket/a"));
    expect(done).toEqual(expect.arrayContaining(["sync bucket/a", "sync journal"]));
  });
});
