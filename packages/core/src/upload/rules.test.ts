import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidateKeys, extensionOf, keptName, mediaType, type NewFile, partLength, partPlan, refusal } from "./rules.ts";

const MIB = 1024 ** 2;
const file = (change: Partial<NewFile> = {}): NewFile => ({
  name: "IMG_1.JPG",
  size: 10,
  type: "image/jpeg",
  sha256: "0123456789abcdef".repeat(4),
  modifiedAt: "2024-06-05T04:03:02",
  ...change,
});

describe("a file that cannot be taken", () => {
  it.each([
    [{ size: 0 }, "empty"],
    [{ size: 5 * 1024 ** 4 + 1 }, "too_large"],
    [{ name: " \t" }, "name_empty"],
    [{ name: "x".repeat(1025) }, "name_too_long"],
    [{ name: "x".repeat(10_000) }, "name_too_long"],
  ])("%j is refused as %s", (change, code) => {
    expect(refusal(file(change))?.code).toBe(code);
  });

  it.each([{ size: 1 }, { size: 5 * 1024 ** 4 }, { name: "x".repeat(1024) }, { name: ".." }, { name: "\na" }])("%j is taken", (change) => {
    expect(refusal(file(change))).toBeUndefined();
  });
});

describe("the plan of parts", () => {
  it.each([
    [64 * MIB - 1, undefined],
    [64 * MIB, { partSize: 16 * MIB, partCount: 4 }],
    [64 * MIB + 1, { partSize: 16 * MIB, partCount: 5 }],
    [16 * MIB * 9_000 + 1, { partSize: 17 * MIB, partCount: 8_471 }],
    [5 * 1024 ** 4, { partSize: 583 * MIB, partCount: 8_993 }],
  ])("of %d bytes is %j", (size, plan) => {
    expect(partPlan(size)).toEqual(plan);
  });

  it("covers every byte once, in at most 9,000 parts, for any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 64 * MIB, max: 5 * 1024 ** 4 }), (size) => {
        const { partSize, partCount } = partPlan(size)!;
        const last = partLength(size, partSize, partCount);
        expect(partCount).toBeLessThanOrEqual(9_000);
        expect((partCount - 1) * partSize + last).toBe(size);
        expect(last).toBeGreaterThan(0);
        expect(last).toBeLessThanOrEqual(partSize);
      }),
    );
  });
});

describe("what is kept of what the client tells", () => {
  it.each([
    ["image/jpeg", "image/jpeg"],
    ["IMAGE/HEIC", "image/heic"],
    ["", "application/octet-stream"],
    ["image/jpeg; charset=utf-8", "application/octet-stream"],
    ["text/html\r\nx-evil: 1", "application/octet-stream"],
    ["a/b/c", "application/octet-stream"],
  ])("the media type %j is pinned as %s", (type, pinned) => {
    expect(mediaType(type)).toBe(pinned);
  });

  it.each([
    ["a.JPG", "", "jpg"],
    ["a.tar.gz", "", "gz"],
    [".jpg", "image/png", "png"],
    ["noextension", "image/heic", "heic"],
    ["a.写真", "", "bin"],
    ["a.", "", "bin"],
    ["a.verylongextension", "video/mp4", "mp4"],
  ])("%j of type %j gets the extension %s", (name, type, extension) => {
    expect(extensionOf(name, type)).toBe(extension);
  });

  it("a name stays as it was given, except for what Postgres cannot hold", () => {
    expect(keptName("e\u0301\u202E\n.jpg")).toBe("e\u0301\u202E\n.jpg");
    expect(keptName("a\u0000b\uD800c😀")).toBe("a\u{FFFD}b\u{FFFD}c😀");
  });
});

describe("the keys that a file may get", () => {
  it("lie in the month in which it was taken, or else changed, under ever longer hashes", () => {
    expect(candidateKeys(file(), "anna")).toEqual([
      "library/anna/2024/06/IMG_1~01234567.jpg",
      "library/anna/2024/06/IMG_1~0123456789ab.jpg",
      "library/anna/2024/06/IMG_1~0123456789abcdef.jpg",
      `library/anna/2024/06/IMG_1~${"0123456789abcdef".repeat(4)}.jpg`,
    ]);
    expect(candidateKeys(file({ takenAt: "2019-12-31T23:59:59" }), "anna")[0]).toBe("library/anna/2019/12/IMG_1~01234567.jpg");
  });

  it("file what has no tags by the date in its name, not by when it was copied", () => {
    const keyOf = (name: string, modifiedOffset?: number) => candidateKeys(file({ name, type: "video/mp4", modifiedOffset }), "anna")[0];
    expect(keyOf("PXL_20230102_101112345.mp4")).toBe("library/anna/2023/01/PXL_20230102_101112345~01234567.mp4");
    expect(keyOf("PXL_20230131_233000000.mp4", 60)).toContain("/2023/02/");
    expect(keyOf("VID-20221231-WA0007.mp4")).toContain("/2022/12/");
    expect(keyOf("holiday.mp4")).toContain("/2024/06/");
  });

  it("never leave the person's folder or the key alphabet, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        for (const key of candidateKeys(file({ name }), "anna")) {
          expect(key).toMatch(/^library\/anna\/\d{4}\/\d\d\/[\p{L}\p{N}_][\p{L}\p{M}\p{N}._-]{0,79}~[0-9a-f]+\.[a-z0-9]{1,8}$/u);
          expect(key.normalize("NFC")).toBe(key);
          expect(new TextEncoder().encode(key.split("/").at(-1)).length).toBeLessThan(240);
        }
      }),
    );
  });
});
