import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { hasCorpus } from "../support/corpus.ts";
import type { Ingested } from "./ingest-corpus.ts";

const SCRIPT = fileURLToPath(new URL("ingest-corpus.ts", import.meta.url));
const FOLDERS = [
  "camera",
  "everyday",
  "exif",
  "faces",
  "heic",
  "hostile",
  "motion",
  "orientation",
  "pairs",
  "phones",
  "video",
  "wide-gamut",
];
const MINUTES = 60_000;

/** Ingests folders of the corpus in a process whose clock is in `zone`. */
async function ingestIn(zone: string, folders: readonly string[]): Promise<Map<string, Ingested>> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", SCRIPT, ...folders], {
    env: { ...process.env, TZ: zone },
    maxBuffer: 2 ** 26,
  });
  return new Map((JSON.parse(stdout) as Ingested[]).map((found) => [found.file, found]));
}

describe.skipIf(!hasCorpus)("the whole corpus, ingested with the process in two time zones", () => {
  let tokyo = new Map<string, Ingested>();
  let newYork = new Map<string, Ingested>();
  beforeAll(async () => {
    tokyo = await ingestIn("Asia/Tokyo", FOLDERS);
    newYork = await ingestIn("America/New_York", FOLDERS);
  }, 15 * MINUTES);

  /** Rows of the files whose bytes are in the corpus once: of the others either may come first. */
  const rowsOf = (found: ReadonlyMap<string, Ingested>) => {
    const all = [...found.values()];
    const single = all.filter(({ sha256 }) => all.filter((other) => other.sha256 === sha256).length === 1);
    return single.map(({ file, row }) => ({ file, ...withoutStoreTime(row ?? {}) }));
  };

  it("gives identical rows", () => {
    expect(rowsOf(tokyo).length).toBeGreaterThan(150);
    expect(rowsOf(newYork)).toEqual(rowsOf(tokyo));
  });

  it("leaves every original byte-identical and every file ready, unprocessable with a reason, or the copy of another", () => {
    const states = [...tokyo.values()].map(({ file, kind, row, isIdentical }) => {
      const isFine =
        kind === "duplicate" || row?.["state"] === "ready" || (row?.["state"] === "unprocessable" && typeof row["reason"] === "string");
      return { file, isFine, isIdentical };
    });
    expect(states.filter(({ isFine, isIdentical }) => !isFine || !isIdentical)).toEqual([]);
  });

  it.each([
    ["hostile/bomb60k_1bit.png", "The picture has too many pixels to be shown safely."],
    ["hostile/sof65500.jpg", "The picture has too many pixels to be shown safely."],
    ["hostile/exifr-hang.heic", "The picture is damaged and cannot be shown."],
    ["hostile/soi.jpg", "The picture is damaged and cannot be shown."],
    ["hostile/html.jpg", "The name says that it is a JPEG, but the file is a web page."],
    ["hostile/one.jpg", "The name says that it is a JPEG, but the file is of an unknown format."],
    ["hostile/lol.svg", "The file is an SVG drawing, not a photo or video. It is kept as it is."],
    ["heic/200MP.heic", "The picture has too many pixels to be shown safely."],
    ["heic/corrupted.heic", "The picture is damaged and cannot be shown."],
    ["heic/corrupted.hif", "The picture is damaged and cannot be shown."],
    ["heic/river-truncated.heic", "The picture is damaged and cannot be shown."],
    ["camera/huge_tag_exif.jpg", "The picture is damaged and cannot be shown."],
    ["everyday/formats/jxl/8bit-sRGB.jxl", "This is a JPEG XL picture. It is kept, but cannot be shown yet."],
  ])("%s is kept, and says: %s", (file, reason) => {
    expect(tokyo.get(file)?.row).toMatchObject({ state: "unprocessable", reason });
  });

  it("an XMP file beside a photo is kept as a sidecar", () => {
    const file = "everyday/problems/xmp/iso-value-array/iso-value-array.xmp";
    expect(tokyo.get(file)?.row).toMatchObject({ state: "ready", kind: "sidecar", reason: null });
  });

  it("of two empty files one is the copy of the other, and says so", () => {
    const empty = ["hostile/zero.jpg", "heic/empty.heic"].map((file) => tokyo.get(file)!);
    expect(new Set(empty.map(({ kind }) => kind))).toEqual(new Set(["unprocessable", "duplicate"]));
    expect(empty.find(({ row }) => row)?.row).toMatchObject({ reason: "The file is empty." });
  });

  it.each(["hostile/trunc30.jpg", "hostile/trunc5.jpg", "exif/32d08f4a5eb10332506ebedbb9bc7257.jpg"])(
    "%s is shown as far as it goes",
    (file) => {
      expect(tokyo.get(file)?.row).toMatchObject({ state: "ready", exif: { partial: true } });
    },
  );

  it.each([
    "hostile/poly.jpg",
    "hostile/big_avif.avif",
    "hostile/big_jpegprog.jpeg",
    "hostile/bomb16k_rgb_legal.png",
    "heic/invalid_id.heic",
    "exif/broken1.jpg",
  ])("%s is shown", (file) => {
    expect(tokyo.get(file)?.row).toMatchObject({ state: "ready" });
  });

  it.each([
    ["camera/sample.nef", "raw"],
    ["camera/sample.cr2", "raw"],
    ["pairs/train.mov", "video"],
    ["video/frames.webm", "video"],
  ])("%s is ready as a typed tile of %s", (file, kind) => {
    expect(tokyo.get(file)?.row).toMatchObject({ state: "ready", kind, derivedVersion: null });
  });

  it("stays within its time and memory", () => {
    const all = [...tokyo.values(), ...newYork.values()];
    const worst = (by: "ms" | "ownMiB" | "childMiB") => all.toSorted((a, b) => b[by] - a[by])[0]!;
    for (const by of ["ms", "ownMiB", "childMiB"] as const) {
      console.log(`most ${by}: ${worst(by)[by]} while ${worst(by).file} was ingested`);
    }
    expect(worst("ms").ms).toBeLessThan(2 * MINUTES);
    expect(worst("ownMiB").ownMiB).toBeLessThan(900);
    expect(worst("childMiB").childMiB).toBeLessThan(1500);
  });
});

/** Files without a date of their own get the store's time, which is that of this run. */
function withoutStoreTime(row: Record<string, unknown>): Record<string, unknown> {
  const provenance = row["provenance"] as { localAt?: string } | undefined;
  if (provenance?.localAt !== "mtime") return row;
  const { localAt: _local, takenAt: _taken, ...rest } = row;
  return rest;
}
