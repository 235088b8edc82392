import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { asset } from "@tintype/core/asset/table";
import type { Ctx } from "@tintype/core/kernel";
import { metadata, type Patch, sniff, SNIFF_BYTES } from "@tintype/core/media";
import { corpus, hasCorpus } from "@tintype/test/corpus";
import { useDatabase } from "@tintype/test/database";
import { noPorts } from "@tintype/test/ingest";
import type { Act } from "@tintype/test/stuck-reader";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ExifReader, exifReader } from "./metadata-exifreader.ts";

/** What exiftool reads from a file of the corpus: numbers, group 1 names. */
type Truth = { file: string } & Record<string, unknown>;

const SUPPORT = new URL("../../../../test/support/stuck-reader.ts", import.meta.url).href;

const database = useDatabase();
let reader: ExifReader;
let system: Ctx;
beforeAll(() => {
  reader = exifReader();
});
afterAll(() => reader.close());
beforeEach(() => {
  system = systemOn(database());
});

/** What the metadata step makes of a photo of the corpus. */
async function described(file: string): Promise<{ patch: Patch; format: string }> {
  const bytes = new Uint8Array(await readFile(corpus(file)));
  const format = sniff(bytes.subarray(0, SNIFF_BYTES), basename(file));
  const anna = await addPerson(system, `p${crypto.randomUUID()}`);
  const id = await addAsset(system, anna.id, "2024-01-02T03:04:05", { name: basename(file), createdAt: new Date("2026-01-01T00:00:00Z") });
  const [row] = await system.db.select().from(asset).where(eq(asset.id, id));
  const source = { size: bytes.length, read: (start: number, end: number) => Promise.resolve(bytes.subarray(start, end)) };
  const patch = await metadata.run(system, { ...noPorts, metadata: reader }, { asset: row!, format, bytes, source, modified: undefined });
  return { patch, format: format.name };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const near = (truth: unknown, found: number | null | undefined, tolerance = 0.002): boolean =>
  typeof truth === "number" && typeof found === "number" && Math.abs(truth - found) <= Math.abs(truth) * tolerance + 1e-9;

/** The fields that exiftool found, and whether we found the same. */
function compare(truth: Truth, patch: Patch): [field: string, isSame: boolean][] {
  const exif = patch.exif ?? {};
  const found: [string, boolean][] = [];
  const texts = [
    ["make", "IFD0:Make"],
    ["model", "IFD0:Model"],
    ["lens", "ExifIFD:LensModel"],
  ] as const;
  for (const [field, tag] of texts) {
    const value = typeof truth[tag] === "string" ? truth[tag].trim() : "";
    if (value !== "") found.push([field, exif[field] === value]);
  }
  const numbers = [
    ["fNumber", "ExifIFD:FNumber"],
    ["exposureSeconds", "ExifIFD:ExposureTime"],
    ["iso", "ExifIFD:ISO"],
    ["focalLength", "ExifIFD:FocalLength"],
  ] as const;
  for (const [field, tag] of numbers) if (Number(truth[tag]) > 0) found.push([field, near(truth[tag], exif[field])]);
  const orientation = Number(truth["IFD0:Orientation"]);
  if (orientation >= 1 && orientation <= 8) found.push(["orientation", patch.orientation === orientation]);
  const [latitude, longitude] = [truth["Composite:GPSLatitude"], truth["Composite:GPSLongitude"]];
  if (typeof latitude === "number" && latitude !== 0) {
    found.push(["position", near(latitude, patch.latitude, 1e-6) && near(longitude, patch.longitude, 1e-6)]);
  }
  const date = /^([1-9]\d{3}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/u.exec(textOf(truth["ExifIFD:DateTimeOriginal"]));
  if (date) found.push(["date", patch.localAt?.slice(0, 19) === `${date[1]}-${date[2]}-${date[3]}T${date[4]}`]);
  const offset = /^([+-])(\d\d):(\d\d)$/u.exec(textOf(truth["ExifIFD:OffsetTimeOriginal"]));
  if (offset) found.push(["offset", patch.offsetMinutes === (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))]);
  return found;
}

describe.skipIf(!hasCorpus)("what exiftool reads from the corpus", () => {
  const truths = (): Truth[] =>
    (hasCorpus ? readFileSync(corpus("truth.jsonl"), "utf8") : "")
      .trim()
      .split("\n")
      .map((line): Truth => JSON.parse(line));

  it("we read too: at least 99 % of the camera fields of JPEGs, and every date, position and orientation of HEICs", async () => {
    const counts = new Map<string, { same: number; of: number }>();
    const missed: string[] = [];
    for (const truth of truths().filter(({ file }) => !/\.(?:mp4|mov)$/u.test(file))) {
      const { patch, format } = await described(truth.file);
      for (const [field, isSame] of compare(truth, patch)) {
        const count = counts.get(`${format} ${field}`) ?? { same: 0, of: 0 };
        counts.set(`${format} ${field}`, { same: count.same + Number(isSame), of: count.of + 1 });
        if (!isSame) missed.push(`${truth.file}: ${field}`);
      }
    }
    const jpeg = [...counts].filter(([name]) => name.startsWith("jpeg")).map(([, count]) => count);
    const share = jpeg.reduce((sum, { same }) => sum + same, 0) / jpeg.reduce((sum, { of }) => sum + of, 0);
    console.log(`camera fields of ${jpeg[0]?.of ?? 0}+ JPEGs: ${(share * 100).toFixed(2)} %; missed: ${missed.join("; ") || "none"}`);
    expect(share).toBeGreaterThanOrEqual(0.99);
    expect(jpeg.reduce((sum, { of }) => sum + of, 0)).toBeGreaterThan(350);
    for (const field of ["date", "position", "orientation"]) {
      const { same, of } = counts.get(`heic ${field}`)!;
      expect([field, same]).toEqual([field, of]);
      expect(of).toBeGreaterThanOrEqual(12);
    }
  });

  it.each([
    ["everyday/metadata/dates/date-priority-test.jpg", { localAt: "2023-02-02T02:00:00", offsetMinutes: null, takenAt: null }],
    [
      "everyday/metadata/dates/gps-datetime.jpg",
      { localAt: "2023-11-15T04:30:00", zone: "America/Los_Angeles", takenAt: new Date("2023-11-15T12:30:00Z") },
    ],
    ["everyday/metadata/dates/time-created.jpg", { localAt: "2026-01-01T00:00:00", provenance: { localAt: "upload", offset: "upload" } }],
    ["phones/iphone16-ios18.heic", { localAt: "2025-12-27T09:40:05.138", offsetMinutes: -480 }],
  ])("golden: %s", async (file, golden) => {
    expect((await described(file)).patch).toMatchObject(golden);
  });

  it("files that break readers are read in time, or have no tags", async () => {
    for (const file of [
      "hostile/exifr-hang.heic",
      "camera/infinite_loop_exif.jpg",
      "camera/huge_tag_exif.jpg",
      "camera/max_uint32_exif.jpg",
      "exif/broken1.jpg",
      "heic/corrupted.heic",
      "heic/truncated.heic",
    ]) {
      expect(await reader.read(new Uint8Array(await readFile(corpus(file))))).toBeDefined();
    }
  });
});

describe("the reader", () => {
  it("has no tags for what is no image", async () => {
    expect(await reader.read(new TextEncoder().encode("Dear diary"))).toEqual({ exif: {}, xmp: {}, iptc: {}, png: {}, icc: {} });
    expect(await reader.read(new Uint8Array())).toEqual({ exif: {}, xmp: {}, iptc: {}, png: {}, icc: {} });
  });

  it("gives up what takes too long, and reads the next file in a new thread", async () => {
    const stuck = exifReader({ timeoutMs: 2000, worker: { name: "stuck-reader", from: SUPPORT } });
    const threadOf = async (act: Act) => (await stuck.read(Uint8Array.of(act)))?.exif["thread"];
    const first = await threadOf(2);
    expect(await threadOf(2)).toBe(first);
    expect(await threadOf(0)).toBeUndefined();
    const second = await threadOf(2);
    expect(await threadOf(1)).toBeUndefined();
    const third = await threadOf(2);
    expect([first, second, third].every((thread) => typeof thread === "number")).toBe(true);
    expect(new Set([first, second, third]).size).toBe(3);
    stuck.close();
  });

  it("leaves the bytes that it was given as they are", async () => {
    const bytes = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xda]);
    await reader.read(bytes);
    expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xd8, 0xff, 0xe0]);
  });
});
