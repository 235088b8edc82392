import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Disk, openDisk } from "./disk.ts";
import { openIndex } from "./index.ts";

const TIME = new Date(1_600_000_000_000);
/** That of no content: whoever still has it was not read. */
const UNREAD = "f".repeat(32);
const MD5_OF_B = "92eb5ffee6ae2fec3ad71c777531578f";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rescan-"));
  await mkdir(join(root, "bucket"));
});
afterEach(async () => rm(root, { recursive: true }));

const quiet = { onOutside: async () => undefined, trouble: () => undefined, notice: () => undefined };
const state = (): string => join(root, ".s3");

async function started<T>(use: (disk: Disk) => Promise<T>): Promise<T> {
  const disk = await openDisk({ root, state: state(), ...quiet });
  try {
    await disk.rescan();
    return await use(disk);
  } finally {
    await disk.close();
  }
}

async function write(text: string): Promise<void> {
  await writeFile(join(root, "bucket/a"), text);
  await utimes(join(root, "bucket/a"), TIME, TIME);
}

describe("an index of a version that did not know when anything was done to a file", () => {
  it("has no file read again, and from the first start on no edit is overlooked that leaves size and time as they were", async () => {
    await write("a");
    const { size, mtimeMs, ino } = await stat(join(root, "bucket/a"));
    const old = await openIndex(join(state(), "index"), () => undefined);
    await old.put("bucket", "a", { size, mtime: mtimeMs, inode: ino, etag: UNREAD, meta: { type: "x/y" } });
    await old.close();
    const look = async () => started(async (disk) => disk.head("bucket", "a"));
    expect([(await look())?.etag, (await look())?.etag]).toEqual([UNREAD, UNREAD]);
    await write("b");
    expect(await look()).toMatchObject({ etag: MD5_OF_B, meta: { type: "x/y" } });
  });
});

describe("a file that was put there by hand", () => {
  it("is told of again by the next start where this one did not come to an end with it, and then no more", async () => {
    await write("b");
    let told = 0;
    const start = async (onOutside: () => Promise<void>): Promise<void> => {
      const disk = await openDisk({ root, state: state(), ...quiet, onOutside });
      await disk.rescan();
      await disk.close();
    };
    await start(() => Promise.reject(new Error("killed while it was told")));
    const hear = async (): Promise<void> => void told++;
    await start(hear);
    expect(told).toBeGreaterThan(0);
    told = 0;
    await start(hear);
    expect(told).toBe(0);
  });
});
