import { execFile } from "node:child_process";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTool } from "../support/s3-process.ts";

type Entry = { name: string; size?: number; lastModified: Date; input: ReadableStream<Uint8Array> | Uint8Array };
type ZipStream = (
  entries: AsyncIterable<Entry>,
  target: { createWritable: () => Promise<WritableStream<Uint8Array>> },
  options: { name: string; onBytes: (done: number) => void; signal: AbortSignal },
) => Promise<void>;

const MIB = 2 ** 20;
const CHUNK = 8 * MIB;
/** More bytes than 32 bits can tell, and more files than 16 bits can. */
const LARGE = 4 * 1024 * MIB + CHUNK;
const MANY = 66_000;

const unzip = findTool("unzip");
if (unzip === undefined && process.env["REQUIRE_TOOLS"] === "1") throw new Error("unzip is not installed (apt-get install unzip)");

const lastModified = new Date("2026-11-22T10:00:00");
const textOf = (i: number) => Buffer.from(`the bytes of ${i}`);

/** Writes what comes into a file in which zeros take no room. */
function sparse(file: FileHandle): WritableStream<Uint8Array> {
  const zeros = Buffer.alloc(CHUNK);
  let at = 0;
  return new WritableStream({
    async write(chunk) {
      const isEmpty = chunk.length >= MIB && zeros.subarray(0, chunk.length).equals(chunk);
      if (!isEmpty) await file.write(chunk, 0, chunk.length, at);
      at += chunk.length;
    },
    close: () => file.truncate(at),
  });
}

describe.skipIf(unzip === undefined)("a zip as the page writes it, read by Info-ZIP's unzip", () => {
  let root: string;
  let zipStream: ZipStream;
  const run = async (...args: string[]) => (await promisify(execFile)(unzip ?? "unzip", args, { maxBuffer: 64 * MIB })).stdout;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "tintype-zip64-"));
    // The page's own module: its types are those of a browser.
    const path = new URL("../../packages/web/src/feature/selection/zip.ts", import.meta.url).href;
    ({ zipStream } = (await import(path)) as { zipStream: ZipStream });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  async function write(name: string, entries: AsyncIterable<Entry>): Promise<string> {
    const path = join(root, name);
    const file = await open(path, "w");
    const target = { createWritable: () => Promise.resolve(sparse(file)) };
    await zipStream(entries, target, { name, onBytes: () => undefined, signal: new AbortController().signal });
    await file.close();
    return path;
  }

  it("may hold a file of more than 4 GB, and more than 65,535 others behind it", async () => {
    async function* entries(): AsyncGenerator<Entry> {
      let left = LARGE / CHUNK;
      const input = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (left-- > 0) controller.enqueue(new Uint8Array(CHUNK));
          else controller.close();
        },
      });
      yield { name: "film.mp4", lastModified, input, size: LARGE };
      for (let i = 0; i < MANY; i++) yield { name: `${i}.jpg`, lastModified, input: textOf(i) };
    }
    const zip = await write("photos.zip", entries());
    expect(await run("-l", zip, "film.mp4")).toMatch(new RegExp(`${LARGE} .*film\\.mp4`, "u"));
    expect(await run("-tq", zip, "*.jpg")).toContain("No errors detected");
    expect(await run("-p", zip, `${MANY - 1}.jpg`)).toBe(`the bytes of ${MANY - 1}`);
    expect((await run("-Z1", zip)).trim().split("\n")).toHaveLength(1 + MANY);
  });

  it("may hold more than 65,535 files in less than 4 GB", async () => {
    async function* entries(): AsyncGenerator<Entry> {
      for (let i = 0; i < MANY; i++) yield { name: `${i}.jpg`, lastModified, input: textOf(i) };
    }
    const zip = await write("small.zip", entries());
    expect(await run("-tq", zip)).toContain("No errors detected");
    expect((await run("-Z1", zip)).trim().split("\n")).toHaveLength(MANY);
  });
});
