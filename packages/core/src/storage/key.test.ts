import { describe, expect, it } from "vitest";
import {
  derivedKey,
  derivedPrefix,
  handleFrom,
  handleOf,
  HASH_DIGITS,
  incomingKey,
  libraryKey,
  longerKey,
  lostKey,
  nameFromKey,
  safeName,
  stagedParts,
} from "./key.ts";

describe("libraryKey", () => {
  it("files a photo under its owner, year and month, with a readable name and eight digits of its hash", () => {
    const key = libraryKey({
      handle: "ada",
      wallClock: "2026-03-09T10:11:12",
      name: "Été à Nîmes.JPG",
      sha256: "0123456789abcdef",
      extension: "jpg",
    });
    expect(key).toBe("library/ada/2026/03/Ete-a-Nimes~01234567.jpg");
  });
});

describe("longerKey", () => {
  it("gives every key that a file may have, in turn, and then none", () => {
    const sha256 = "0123456789abcdef".repeat(4);
    const input = { handle: "ada", wallClock: "2026-03-09T10:11:12", name: "a~b.jpg", sha256, extension: "jpg" };
    const keys = HASH_DIGITS.map((digits) => libraryKey(input, digits));
    expect(keys.map((key) => longerKey(key, sha256))).toEqual([...keys.slice(1), undefined]);
    expect(longerKey("library/ada/by-hand.jpg", sha256)).toBeUndefined();
  });
});

describe("stagedParts", () => {
  it.each([
    ["inbox/ada/a.jpg", ["ada", "a.jpg", "a.jpg"]],
    ["inbox/ada/deep/er/a b.jpg", ["ada", "deep/er/a b.jpg", "a b.jpg"]],
    ["inbox/ada//a.jpg", ["ada", "/a.jpg", "a.jpg"]],
    ["inbox/ada/../ben/a.jpg", ["ada", "../ben/a.jpg", "a.jpg"]],
    ["inbox/ada/line\nbreak.jpg", ["ada", "line\nbreak.jpg", "line\nbreak.jpg"]],
    ["inbox/\u0438\u0306/a.jpg", ["\u0439", "a.jpg", "a.jpg"]],
    [incomingKey("ada", "01900000"), ["ada", "01900000", "01900000"]],
    ["incoming/01900000", undefined],
    ["inbox/ada/trip/", undefined],
    ["inbox/ada", undefined],
    ["inbox//ada/a.jpg", undefined],
    ["library/ada/a.jpg", undefined],
    ["x/inbox/ada/a.jpg", undefined],
  ])("of %j are %j", (key, parts) => {
    const [handle, path, name] = parts ?? [];
    expect(stagedParts(key)).toEqual(parts && { handle, path, name });
  });
});

describe("derivedKey", () => {
  it("lies under the asset's prefix and changes with the code version and with the original's bytes", () => {
    const asset = { id: "id", sha256: Uint8Array.of(1, 0x23, 0xab, 0xff, 5, 6) };
    expect(derivedKey(asset, "thumb.webp", 3)).toBe(`${derivedPrefix("id")}thumb-3-0123abff.webp`);
    expect(derivedKey({ ...asset, sha256: Uint8Array.of(9, 9, 9, 9) }, "thumb.webp", 3)).not.toBe(derivedKey(asset, "thumb.webp", 3));
  });
});

describe("safeName", () => {
  it.each([
    ["IMG_0001", "IMG_0001"],
    ["..", "file"],
    ["../../etc/passwd", "etc-passwd"],
    ["a\nb\u202Egpj", "a-b-gpj"],
    ["写真 2024", "写真-2024"],
    ["Отпуск в Крыму", "Отпуск-в-Крыму"],
    ["\u0438\u0306", "\u0439"],
    ["\u304b\u3099", "\u304c"],
    ["한국", "한국"],
    ["हिन्दी", "हिन्दी"],
    ["عيد\u200f ميلاد", "عيد-ميلاد"],
    ["jølstravatnet ß ﬁn", "jølstravatnet-ß-fin"],
    ["Tiếng Việt", "Tieng-Viet"],
    ["\u3164\u200d\ufe0f\u{e0001}", "file"],
    ["\ud800x", "x"],
    ["\u0301\u0301a", "a"],
    ["写".repeat(200), "写".repeat(53)],
    ["𠮷".repeat(200), "𠮷".repeat(40)],
    [`CON:?*|<>"\\`, "CON"],
    ["🎉 party 🎉", "party"],
    ["a..b", "a.b"],
    ["", "file"],
    ["x".repeat(10_000), "x".repeat(80)],
    [`${"x".repeat(79)}.y`, "x".repeat(79)],
  ])("makes %j into %j", (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });
});

describe("handleFrom", () => {
  it.each([
    ["Ada.Lovelace@example.org", "ada-lovelace"],
    ["José Ángel", "jose-angel"],
    ["山田", "山田"],
    ["Юлия Ω", "юлия-ω"],
    ["🎉", "user"],
    ["..@example.org", "user"],
    [`${"x".repeat(31)}-y`, "x".repeat(31)],
  ])("makes %j into %j", (name, handle) => {
    expect(handleFrom(name)).toBe(handle);
  });
});

it.each([
  ["library/ada/2026/03/x.jpg", "ada"],
  ["library/ada/x", "ada"],
  ["library/ada/2026/", undefined],
  ["library/ada", undefined],
  ["library//x", undefined],
  ["inbox/ada/x", undefined],
  [lostKey("id"), undefined],
])("the handle of %s is %s", (key, handle) => {
  expect(handleOf(key)).toBe(handle);
});

it.each(HASH_DIGITS)("the name in a key with %d digits of the hash is the file's own", (digits) => {
  const file = {
    handle: "ada",
    wallClock: "2026-03-09T10:11:12",
    name: "IMG_1.JPG",
    sha256: "0123456789abcdef".repeat(4),
    extension: "jpg",
  };
  expect(nameFromKey(libraryKey(file, digits))).toBe("IMG_1.jpg");
});

it.each([
  ["library/ada/2026/03/IMG~1.jpg", "IMG~1.jpg"],
  ["library/ada/IMG_1~0123ab.jpg", "IMG_1~0123ab.jpg"],
  ["library/ada/IMG_1~0123abcd01.jpg", "IMG_1~0123abcd01.jpg"],
  ["library/ada/~0123abcd.jpg", "~0123abcd.jpg"],
  ["library/ada/archive~0123abcd", "archive~0123abcd"],
  ["library/ada/naïve résumé.tar.gz", "naïve résumé.tar.gz"],
])("the name in %s, which no upload made, is %s as it is", (key, name) => {
  expect(nameFromKey(key)).toBe(name);
});
