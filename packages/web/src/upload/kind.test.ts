import { expect, test } from "vitest";
import { kindOf, typeOf } from "./kind.ts";

test.each([
  ["IMG_1.HEIC", "", "image/heic", "photo"],
  ["a.jpg", "image/jpeg", "image/jpeg", "photo"],
  ["MVI.MOV", "", "video/quicktime", "video"],
  ["x.CR3", "", "application/octet-stream", "raw"],
  ["x.dng", "", "image/x-adobe-dng", "raw"],
  ["drawing.svg", "image/svg+xml", "image/svg+xml", "other"],
  ["IMG_1.XMP", "", "application/octet-stream", "sidecar"],
  ["IMG_1.jpg.json", "application/json", "application/json", "sidecar"],
  ["package.json", "application/json", "application/json", "other"],
  ["notes", "", "application/octet-stream", "other"],
  [".heic", "", "image/heic", "photo"],
])("%s (%j) is stored as %s and shown as a %s", (name, type, stored, kind) => {
  expect([typeOf({ name, type }), kindOf({ name, type })]).toEqual([stored, kind]);
});
