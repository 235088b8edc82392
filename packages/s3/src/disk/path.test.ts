import fc from "fast-check";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isLeftBehind, joinPath, keyOf, nativePath, pathFrom, pathOf, variantOf } from "./path.ts";

describe("the path of a key", () => {
  it.each([
    "library/ada/2024/07/IMG_0001~1a2b3c4d.jpg",
    "Été à la plage ☀️.heic",
    "a b (1) [2] {3} #4 & +5 =6 '7'.txt",
    "写真/日本.jpg",
    ".hidden",
    "-x",
  ])("%s is the key itself", (key) => {
    expect(pathOf(key)).toBe(key);
  });

  it.each([
    ["a//b", "a/%-/b"],
    ["/a", "%-/a"],
    ["a/", "a/%-"],
    ["/", "%-/%-"],
    [".", "%2E"],
    ["..", "%2E%2E"],
    ["a/../../etc/passwd", "a/%2E%2E/%2E%2E/etc/passwd"],
    ["a/./b", "a/%2E/b"],
    ["name.", "name%2E"],
    ["name ", "name%20"],
    ["a\u0000b\n", "a%00b%0A"],
    ["C:\\x|y?", "C%3A%5Cx%7Cy%3F"],
    ["100%", "100%25"],
    ["%-", "%25-"],
    ["%+", "%25+"],
    ["%41", "%2541"],
    ["CON", "%43ON"],
    ["nul.txt", "%6Eul.txt"],
    ["com1", "%63om1"],
    ["console", "console"],
    [".DS_Store", "%2EDS_Store"],
    ["._IMG.jpg", "%2E_IMG.jpg"],
    ["Thumbs.db", "%54humbs.db"],
  ])("%j is %j", (key, path) => {
    expect(pathOf(key)).toBe(path);
    expect(keyOf(path)).toBe(key);
  });

  const key = fc.string({ unit: "binary", minLength: 1, maxLength: 80 });

  it("gives the key back, whatever the key", () => {
    const nasty = fc
      .array(fc.constantFrom("%", "-", "+", "/", ".", " ", "2", "E", "..", "CON", "nul", "._", "é", "\u0000", ":"))
      .map((parts) => parts.join("") || "x");
    fc.assert(
      fc.property(fc.oneof(key, nasty), (text) => {
        expect(keyOf(pathOf(text))).toBe(text);
      }),
    );
  });

  it("has only names that every file system takes, and never leads out of the folder", () => {
    const long = fc.integer({ min: 1, max: 1000 }).map((length) => "CON.é".repeat(length).slice(0, 500));
    fc.assert(
      fc.property(fc.oneof(key, long), (text) => {
        for (const name of pathOf(text).split("/")) {
          expect(name).not.toBe("");
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
          // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
          expect(name).not.toMatch(/[\u0000-\u001f\\:*?"<>|]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu);
          expect(isLeftBehind(name)).toBe(false);
        }
        expect(join("/bucket", pathOf(text)).startsWith("/bucket/")).toBe(true);
      }),
    );
  });

  it.each(["x".repeat(1024), "é".repeat(512), "☀️/".repeat(146), "%".repeat(1024), `a/${"\u0001".repeat(1000)}`, "../".repeat(341)])(
    "of 1,024 bytes is cut into names that fit (%#)",
    (text) => {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024);
      expect(
        Math.max(
          ...pathOf(text)
            .split("/")
            .map((name) => Buffer.byteLength(name)),
        ),
      ).toBeLessThanOrEqual(240);
      expect(keyOf(pathOf(text))).toBe(text);
    },
  );

  it("has variants that mean the same key", () => {
    expect(variantOf("a/b.c.jpg", 1)).toBe("a/b.c%-.jpg");
    expect(variantOf("a/b.jpg", 0)).toBe("a%-/b.jpg");
    expect(variantOf(".hidden", 0)).toBe(".hidden%-");
    fc.assert(
      fc.property(fc.oneof(key, fc.constant("x".repeat(600))), fc.nat(5), (text, depth) => {
        const path = pathOf(text);
        const level = depth % path.split("/").length;
        expect(variantOf(path, level)).not.toBe(path);
        expect(keyOf(variantOf(path, level))).toBe(text);
      }),
    );
  });
});

describe("a path that a person made", () => {
  it.each([
    ["100% sure.jpg", "100% sure.jpg"],
    ["50%.jpg", "50%.jpg"],
    ["10:00.jpg", "10:00.jpg"],
    ["a%zz", "a%zz"],
    ["%E9.jpg", "%E9.jpg"],
  ])("%j has the key %j", (path, expected) => {
    expect(keyOf(path)).toBe(expected);
  });

  it("has a key also when its bytes are not UTF-8, and is found again", () => {
    const bytes = Buffer.from([0x61, 0xe9, 0x2e, 0xc3, 0xa9]);
    const path = pathFrom(bytes);
    expect(keyOf(path)).toBe("a%E9.é");
    expect(nativePath("/bucket", joinPath("été", path))).toEqual(Buffer.concat([Buffer.from("/bucket/été/"), bytes]));
    expect(keyOf(joinPath(path, "b"))).toBe("a%E9.é/b");
  });
});
