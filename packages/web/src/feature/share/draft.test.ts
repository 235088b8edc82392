import { expect, it } from "vitest";
import type { ShareLink } from "../../lib/share-api.ts";
import { changeOf, draftOf, faultIn, FRESH, requestOf } from "./draft.ts";

const link = {
  album: { kind: "selection", title: "Two days" },
  slug: null,
  hasPassword: true,
  expiresAt: new Date("2026-12-31T23:59:59").toISOString(),
  allowDownload: true,
  allowOriginals: true,
  allowUpload: true,
  uploadLimitBytes: 5 * 1024 ** 3,
  uploadLimitCount: 500,
  hideMetadata: true,
  frameOrigins: [] as string[],
  budgetBytes: null,
} as ShareLink;
const before = draftOf(link);

it("asks for nothing while nothing is different, whatever limits were rounded to be shown", () => {
  expect(before).toMatchObject({ title: "Two days", expiresAt: "2026-12-31", uploadGb: "5.37", isProtected: true, password: "" });
  expect(changeOf(before, before)).toBeUndefined();
});

it.each([
  [{ title: "Three days" }, { title: "Three days" }],
  [{ expiresAt: "" }, { expiresAt: null }],
  [{ download: false }, { allowDownload: false, allowOriginals: false }],
  [{ uploadGb: "2" }, { uploadLimitBytes: 2e9 }],
  [{ upload: false }, { allowUpload: false }],
  [{ budgetGb: "1.5" }, { budgetBytes: 1.5e9 }],
  [{ budgetGb: "1,5" }, { budgetBytes: 1.5e9 }],
  [{ password: "another one" }, { password: "another one" }],
  [{ isProtected: false }, { password: null }],
  [
    { isProtected: false, frames: "https://a.example, https://b.example" },
    { password: null, frameOrigins: ["https://a.example", "https://b.example"] },
  ],
])("asks for what differs alone: %o", (change, asked) => {
  expect(changeOf(before, { ...before, ...change })).toEqual(asked);
});

it("asks for a password where one is wanted and none is given: the server says what is missing", () => {
  const open = draftOf({ ...link, hasPassword: false });
  expect(changeOf(open, { ...open, isProtected: true })).toEqual({ password: "" });
  expect(changeOf(open, { ...open, isProtected: true, password: "long enough" })).toEqual({ password: "long enough" });
});

it("gives photos that were picked by hand a title, and an album none", () => {
  const draft = { ...FRESH, title: " Two days " };
  expect(requestOf({ kind: "photos", ids: ["a"] }, draft)).toMatchObject({ assetIds: ["a"], title: "Two days", hideMetadata: true });
  expect(requestOf({ kind: "album", id: "b", title: "Album" }, draft)).not.toHaveProperty("title");
});

it.each([
  [{ budgetGb: "1.000" }, "budgetBytes"],
  [{ budgetGb: "much" }, "budgetBytes"],
  [{ upload: true, uploadGb: "1,000" }, "uploadLimitBytes"],
  [{ upload: true, uploadGb: "0" }, "uploadLimitBytes"],
  [{ upload: true, uploadGb: "" }, "uploadLimitBytes"],
  [{ upload: true, uploadCount: "1.000" }, "uploadLimitCount"],
  [{ upload: true, uploadCount: "0" }, "uploadLimitCount"],
  [{ upload: false, uploadGb: "0" }, undefined],
  [{ upload: true, uploadGb: "1,5", budgetGb: "" }, undefined],
])("finds what is wrong with a number, where it counts: %o", (change, field) => {
  expect(faultIn({ ...FRESH, ...change })?.field).toBe(field);
});
