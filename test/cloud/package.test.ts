import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { hasSqs, startCloud } from "../support/cloud.ts";
import { PACKAGE } from "../support/lambda.ts";

const MB = 1_000_000;
const ROOT = fileURLToPath(PACKAGE);
/** Processors by their number in an ELF file: AArch64. */
const ARM64 = 183;

const files = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((file) => statSync(join(ROOT, file)).isFile());
const weigh = (some: readonly string[]): number => some.reduce((sum, file) => sum + statSync(join(ROOT, file)).size, 0);

// Each function is deployed with the whole of it: see property/ingest.ts.
describe("the package of every function", () => {
  it("weighs at most 60 MB unzipped, about what docs/scale.md says", () => {
    const megabytes = weigh(files) / MB;
    // The program, its pages and what draws are in it.
    expect(megabytes).toBeGreaterThan(20);
    expect(megabytes).toBeLessThanOrEqual(60);
    const doc = readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8");
    const told = Number(/package of a function weighs (\d+) MB/u.exec(doc)?.[1]);
    expect(Math.abs(megabytes - told)).toBeLessThan(3);
  });

  it("has sharp for Lambda's processor and for no other", () => {
    const images = readdirSync(join(ROOT, "node_modules/@img")).filter((name) => name.startsWith("sharp-"));
    expect(images).toEqual(["sharp-libvips-linux-arm64", "sharp-linux-arm64"]);
    const native = files.filter((file) => /\.node$|\.so(?:\.|$)/u.test(file));
    expect(native.map((file) => readFileSync(join(ROOT, file)).readUInt16LE(18))).toEqual([ARM64, ARM64]);
    expect(weigh(native) / MB).toBeGreaterThan(10);
  });

  it("has no other package but sharp's, so none of a model either", () => {
    const packages = readdirSync(join(ROOT, "node_modules")).filter((name) => !name.startsWith("."));
    expect(packages.toSorted()).toEqual(["@img", "detect-libc", "semver", "sharp"]);
    expect(files.filter((file) => /\.(?:onnx|wasm)$/u.test(file))).toEqual([]);
  });
});

// Beside the others of this file, which weigh what lies there.
it.skipIf(!hasSqs)("the api of it streams: what has more than the 6 MB of an answer in one piece goes out as it is read", async () => {
  const bytes = randomBytes(7 * MB);
  const [path, file] = ["/assets/large.woff2", join(ROOT, "web/dist/assets/large.woff2")];
  const cloud = (await startCloud())!;
  const isTold = () => cloud.functions.api.log().includes(`"bytes":${bytes.length}`);
  try {
    writeFileSync(file, bytes);
    await cloud.functions.migrate.call({});
    const http = { method: "GET", path, sourceIp: "203.0.113.7" };
    const requestContext = { domainName: "photos.test", http };
    const event = { version: "2.0", rawPath: path, rawQueryString: "", headers: cloud.front, requestContext };
    const pieces: Buffer[] = [];
    const seen: unknown[] = [];
    await cloud.functions.api.stream(event, {
      head: ({ statusCode, headers }) => seen.push(statusCode, headers["content-length"]),
      piece: async (piece) => {
        // Nothing goes on while the first one is looked at.
        if (pieces.length === 0) await sleep(500);
        if (pieces.length === 0) seen.push(piece.length < MB, isTold());
        pieces.push(piece);
      },
    });
    expect(seen).toEqual([200, String(bytes.length), true, false]);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    await expect.poll(isTold).toBe(true);
    const answer = await fetch(cloud.url + path);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  } finally {
    rmSync(file, { force: true });
    await cloud.stop();
  }
});
