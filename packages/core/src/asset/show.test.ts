import { describe, expect, it } from "vitest";
import { displayName, isInline } from "./show.ts";

describe("a file's name as it is shown", () => {
  it.each([
    ["IMG_0001.HEIC", "IMG_0001.HEIC"],
    ["Ferien\nam See\t.jpg", "Ferien am See .jpg"],
    ["photo\u202Egpj.exe", "photogpj.exe"],
    ["\u2067עברית\u2069.jpg", "עברית.jpg"],
    ["e\u0301te\u0301 👨‍👩‍👧.jpg", "e\u0301te\u0301 👨‍👩‍👧.jpg"],
    ["\uD800.jpg", "\u{FFFD}.jpg"],
    ["\u0000\u0007", "Untitled"],
  ])("%j is shown as %j", (name, shown) => {
    expect(displayName(name)).toBe(shown);
  });
});

describe("what may be shown in the page", () => {
  it.each(["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "video/mp4", "video/webm", "video/quicktime"])(
    "%s is",
    (type) => {
      expect(isInline(type)).toBe(true);
    },
  );

  it.each(["image/svg+xml", "text/html", "application/pdf", "image/heic", "IMAGE/JPEG", "image/jpeg; charset=x", ""])(
    "%j is not",
    (type) => {
      expect(isInline(type)).toBe(false);
    },
  );
});
