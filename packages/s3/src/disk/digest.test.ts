import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { digestOf } from "../checksum.ts";
import { createDigester } from "./digest.ts";

it("a thread that ends fails the bodies it was given, and no later one", async () => {
  const lost = createDigester(["md5"], 1, 1);
  // Longer than the block is: the thread throws.
  await expect(lost.block(new ArrayBuffer(8), 16)).rejects.toThrow(RangeError);
  await expect(lost.digest()).rejects.toThrow(RangeError);
  lost.drop();
  const body = randomBytes(1000);
  const next = createDigester(["md5"], 1, 1);
  await next.block(new Uint8Array(body).buffer, body.length);
  expect((await next.digest()).get("md5")).toEqual(digestOf("md5", body));
});

it.each([[["md5"]], [["sha256"]], [["md5", "sha256", "crc32"]], [["sha1", "crc64nvme"]]] as const)(
  "gives all of %j, whichever of them another thread computes",
  async (names) => {
    const body = randomBytes(3000);
    const digester = createDigester(names, body.length, 1);
    for (let at = 0; at < body.length; at += 1000) {
      const part = body.subarray(at, at + 1000);
      digester.chunk(part);
      await digester.block(new Uint8Array(part).buffer, part.length);
    }
    const digests = await digester.digest();
    expect(digests).toEqual(new Map(names.map((name) => [name, digestOf(name, body)])));
  },
);

it("its threads do not keep a process alive", async () => {
  const script = `
    import { createDigester } from ${JSON.stringify(new URL("digest.ts", import.meta.url).href)};
    const busy = setInterval(() => {}, 1000);
    const digester = createDigester(["md5"], 8, 1);
    await digester.block(new ArrayBuffer(8), 8);
    console.log((await digester.digest()).size);
    clearInterval(busy);`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script];
  expect(await promisify(execFile)(process.execPath, args, { timeout: 20_000 })).toMatchObject({ stdout: "1\n" });
}, 30_000);
