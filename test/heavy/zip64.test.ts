import { execFile } from "node:child_process";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTool } from "../support/s3-process.ts";

type Entry = { name: string; localAt: string; size: number | undefined; input: ReadableStream<Uint8Array> | Uint8Array[] };
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

const localAt = "2026-11-22T10:05:08";
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
      yield { name: "film.mp4", localAt, size: LARGE, input };
      for (let i = 0; i < MANY; i++) yield { name: `${i}.jpg`, localAt, size: undefined, input: [textOf(i)] };
    }
    const zip = await write("photos.zip", entries());
    expect(await run("-l", zip, "film.mp4")).toMatch(new RegExp(`${LARGE} .*film\\.mp4`, "u"));
    expect(await run("-tq", zip, "*.jpg")).toContain("No errors detected");
    expect(await run("-p", zip, `${MANY - 1}.jpg`)).toBe(`the bytes of ${MANY - 1}`);
    expect((await run("-Z1", zip)).trim().split("\n")).toHaveLength(1 + MANY);
  });

  it("holds small files, large ones that come as they do, and empty ones, each with its sum, name and time", async () => {
    const streamOf = (...pieces: Buffer[]) =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const piece of pieces) controller.enqueue(piece);
          controller.close();
        },
      });
    async function* entries(): AsyncGenerator<Entry> {
      yield { name: "small.jpg", localAt, size: 12, input: [Buffer.from("the "), Buffer.from("bytes")] };
      yield { name: "Größe \u{1f4f7}.mp4", localAt, size: 10, input: streamOf(Buffer.from("known "), Buffer.from("size")) };
      yield { name: "unknown.mp4", localAt: "1912-04-01T00:00:00", size: undefined, input: streamOf(Buffer.from("unknown size")) };
      yield { name: "empty.jpg", localAt: "", size: 0, input: [] };
      yield { name: "late.jpg", localAt: "2999-01-01T00:00:00", size: undefined, input: streamOf() };
    }
    const zip = await write("few.zip", entries());
    expect(await run("-t", zip)).toContain("No errors detected");
    expect(await Promise.all(["small.jpg", "Gr*", "unknown.mp4"].map((name) => run("-p", zip, name)))).toEqual([
      "the bytes",
      "known size",
      "unknown size",
    ]);
    const times = Array.from((await run("-ZT", zip)).matchAll(/ (\d{8}\.\d{6}) /gu), ([, time]) => time);
    expect(times).toEqual(["20261122.100508", "20261122.100508", "19800101.000000", "19800101.000000", "21071231.235958"]);
  });

  it("may hold more than 65,535 files in less than 4 GB", async () => {
    async function* entries(): AsyncGenerator<Entry> {
      for (let i = 0; i < MANY; i++) yield { name: `${i}.jpg`, localAt, size: undefined, input: [textOf(i)] };
    }
    const zip = await write("small.zip", entries());
    expect(await run("-tq", zip)).toContain("No errors detected");
    expect((await run("-Z1", zip)).trim().split("\n")).toHaveLength(MANY);
  });
});
