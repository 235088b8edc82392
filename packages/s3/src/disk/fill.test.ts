import { createHash, randomBytes } from "node:crypto";
import { fdatasync, write } from "node:fs";
import type * as Fs from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type DigestName, digestOf } from "../checksum.ts";
import { closeFile, createFile } from "./file.ts";
import { fill, type Filled } from "./fill.ts";

vi.mock("node:fs", { spy: true });

const MB = 1 << 20;
const data = randomBytes(20 * MB + 77);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fill-"));
});
afterAll(async () => rm(folder, { recursive: true }));

/** Pieces as a network gives them, some of them parts of one memory. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

async function fillFile(name: string, chunks: AsyncIterable<Buffer>, limit: number, wanted: DigestName[], position = 0): Promise<Filled> {
  const file = await createFile(join(folder, name), "any");
  try {
    return await fill(file, chunks, { position, wanted, limit });
  } finally {
    closeFile(file);
  }
}

describe("a body", () => {
  it.each([0, 1, 65_536, 256 * 1024, 256 * 1024 + 1, 512 * 1024, 3 * MB, 8 * MB, 20 * MB + 77])(
    "of %i bytes is written and hashed as it is",
    async (size) => {
      const body = data.subarray(0, size);
      const { size: received, digests } = await fillFile("whole", pieces(body, 65_536), size, ["md5", "sha256", "crc32c"]);
      expect(received).toBe(size);
      expect((await readFile(join(folder, "whole"))).equals(body)).toBe(true);
      for (const name of ["md5", "sha256", "crc32c"] as const) expect([name, digests.get(name)]).toEqual([name, digestOf(name, body)]);
    },
  );

  it("goes where it is told to, in pieces of any size", async () => {
    const body = data.subarray(0, 2 * MB + 3);
    await fillFile("placed", pieces(body, 999), body.length, [], 1000);
    expect((await readFile(join(folder, "placed"))).equals(Buffer.concat([Buffer.alloc(1000), body]))).toBe(true);
  });

  it("that is longer than it may be is not read to its end", async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        given++;
        yield Buffer.alloc(65_536);
      }
    }
    const { size } = await fillFile("long", endless(), MB, ["md5"]);
    expect([size > MB, given]).toEqual([true, 17]);
  });

  it("that breaks off is an error, and twenty at once are kept apart", async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield* pieces(data.subarray(0, 9 * MB), 65_536);
      throw new Error("gone");
    }
    const whole = Array.from({ length: 10 }, async (_, index) => {
      const body = data.subarray(index * MB, index * MB + 9 * MB);
      const { digests } = await fillFile(`p${index}`, pieces(body, 60_000), body.length, ["md5"]);
      return digests.get("md5")?.toString("hex") === createHash("md5").update(body).digest("hex");
    });
    const half = Array.from({ length: 10 }, async (_, index) => fillFile(`b${index}`, broken(), 20 * MB, ["md5"]));
    const results = await Promise.allSettled(half);
    expect(results.map(({ status }) => status)).toEqual(results.map(() => "rejected"));
    expect(await Promise.all(whole)).toEqual(whole.map(() => true));
  });

  it("of which a sync failed long before its end is an error", async () => {
    vi.mocked(fdatasync).mockImplementationOnce((_, done) => process.nextTick(done, Object.assign(new Error("EIO"), { code: "EIO" })));
    const settled = async () => new Promise((resolve) => setTimeout(resolve, 50));
    async function* slowly(): AsyncGenerator<Buffer> {
      yield* pieces(data.subarray(0, 18 * MB), 65_536);
      expect(fdatasync).toHaveBeenCalled();
      await settled();
      yield* pieces(data.subarray(18 * MB), 65_536);
    }
    await expect(fillFile("lost", slowly(), data.length, ["md5"])).rejects.toThrow("EIO");
  });

  it("of which a block cannot be written is not read on, and ends only when the other blocks are written", async () => {
    const fs = await vi.importActual<typeof Fs>("node:fs");
    let begun = 0;
    let flying = 0;
    const slow = (fd: number, bytes: Uint8Array, offset: number, length: number, at: number, done: (error: unknown, n: number) => void) => {
      if (++begun === 1) return process.nextTick(done, Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }));
      flying++;
      return setTimeout(() => {
        fs.write(fd, bytes, offset, length, at, (error, written) => {
          flying--;
          done(error, written);
        });
      }, 20);
    };
    let given = 0;
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const piece of pieces(data, 65_536)) {
        given += piece.length;
        yield piece;
      }
    }
    vi.mocked(write).mockImplementation(slow as typeof write);
    try {
      await expect(fillFile("full", counted(), data.length, ["md5"])).rejects.toThrow("ENOSPC");
      expect(begun).toBeGreaterThan(1);
      expect(flying).toBe(0);
      expect(given).toBeLessThan(data.length / 2);
    } finally {
      vi.mocked(write).mockReset();
    }
  });
});
