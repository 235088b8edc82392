import { describe, expect, it } from "vitest";
import {
  cameraText,
  dateSourceText,
  exposureText,
  fileText,
  keyParts,
  positionText,
  shutterText,
  troubleText,
  zoneText,
} from "./describe.ts";

describe("info texts", () => {
  it.each([
    ["photo", "mtime", "From the file's date: the photo itself has none."],
    ["raw", "mtime", "From the file's date: the photo itself has none."],
    ["video", "mtime", "From the file's date: the video itself has none."],
    ["photo", "DateTime", "From the last time the photo was edited: it has no other date."],
    ["other", "upload", "From the day you uploaded it: the file itself has no date."],
    ["photo", "name", "From the file's name."],
  ] as const)("says of a %s so when its date comes from %s", (kind, localAt, text) => {
    expect(dateSourceText({ kind, provenance: { localAt } })).toBe(text);
  });

  it("says nothing of a date that the camera wrote", () => {
    for (const provenance of [{ localAt: "DateTimeOriginal" }, { localAt: "gps" }, {}]) {
      expect(dateSourceText({ kind: "photo", provenance })).toBeUndefined();
    }
  });

  it.each([
    ["photo", null, "The original is missing"],
    ["other", null, "The original is missing"],
    ["other", "http://store/a", "Not a photo or video"],
    ["photo", "http://store/a", "No preview"],
  ] as const)("tells of a %s with the download %s: %s", (kind, download, text) => {
    expect(troubleText({ kind, urls: { thumb: null, preview: null, original: null, download } })).toBe(text);
  });

  it("breaks a path after its folders and before its mark only", () => {
    const key = "library/anna/2026/11/IMG_1~0123abcd.heic";
    expect(keyParts(key).map(({ text }) => text)).toEqual(["library/", "anna/", "2026/", "11/", "IMG_1", "~0123abcd.heic"]);
  });

  it.each([
    [540, "Asia/Tokyo", "GMT+9 · Tokyo time"],
    [-210, "America/St_Johns", "GMT−3:30 · St Johns time"],
    [0, "Europe/London", "GMT · London time"],
    [60, null, "GMT+1"],
    [0, "UTC", "GMT"],
    [null, "Asia/Tokyo", undefined],
  ])("offset %s in %s reads as %s", (offset, zone, text) => {
    expect(zoneText(offset, zone)).toBe(text);
  });

  it.each([
    [{ width: 6000, height: 4007, size: 11_800_000, kind: "photo" as const }, "24 MP · 6000 × 4007 · 12 MB"],
    [{ width: 1280, height: 960, size: 310_000, kind: "photo" as const }, "1.2 MP · 1280 × 960 · 310 kB"],
    [{ width: 1920, height: 1080, size: 42_000_000, kind: "video" as const }, "1920 × 1080 · 42 MB"],
    [{ width: null, height: null, size: 500, kind: "other" as const }, "500 B"],
  ])("%o reads as %s", (file, text) => {
    expect(fileText(file)).toBe(text);
  });

  it.each([
    [{ make: "NIKON CORPORATION", model: "NIKON Z 6_2" }, "Nikon Z 6_2"],
    [{ make: "Apple", model: "iPhone 15 Pro" }, "Apple iPhone 15 Pro"],
    [{ make: "Canon", model: "Canon EOS R5" }, "Canon EOS R5"],
    [{ make: "OLYMPUS IMAGING CORP.", model: "E-M1" }, "Olympus E-M1"],
    [{ make: "SONY" }, "Sony"],
    [{ model: "Pixel 8" }, "Pixel 8"],
    [{}, undefined],
  ])("camera %o reads as %s", (exif, text) => {
    expect(cameraText(exif)).toBe(text);
  });

  it("writes exposure from what is known", () => {
    expect(exposureText({ fNumber: 2.8, exposureSeconds: 0.008, focalLength: 35, iso: 400 })).toBe("ƒ/2.8 · 1/125 s · 35 mm · ISO 400");
    expect(exposureText({ iso: 100 })).toBe("ISO 100");
    expect(exposureText({})).toBeUndefined();
  });

  it.each([
    [1 / 8000, "1/8000 s"],
    [0.5, "0.5 s"],
    [30, "30 s"],
  ])("%d seconds read as %s", (seconds, text) => {
    expect(shutterText(seconds)).toBe(text);
  });

  it("writes positions with four digits, about ten metres", () => {
    expect(positionText(35.72651, 139.76681)).toBe("35.7265, 139.7668");
  });
});
