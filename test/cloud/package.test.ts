import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
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
