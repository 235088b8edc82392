import { expect, it } from "vitest";
import { dateName } from "../../lib/dates.ts";
import {
  aboutText,
  closedText,
  downloadText,
  lostText,
  missingName,
  overText,
  pendingText,
  shortText,
  thanksText,
  unseenText,
  waitText,
} from "./words.ts";

const OPENED = {
  title: "Mongolia",
  description: "",
  sharedBy: "Anna",
  expiresAt: null,
  count: 154,
  savable: 154,
  videos: 6,
  files: 0,
  bytes: 1_900_000_000,
  hidesMetadata: false,
  may: { download: true, downloadAll: true, originals: true, upload: false, save: false },
  left: null,
  cover: null,
};
const NOW = new Date("2026-11-29T12:00:00Z");

it.each([
  [{}, "148 photos · 6 videos · shared by Anna"],
  [
    { expiresAt: "2026-12-31T12:00:00Z" },
    `148 photos · 6 videos · shared by Anna until ${dateName({ year: 2026, month: 12, day: 31 }, 2026)}`,
  ],
  [{ expiresAt: "2027-01-01T12:00:00Z" }, `148 photos · 6 videos · shared by Anna until ${dateName({ year: 2027, month: 1, day: 1 })}`],
  [{ count: 1, videos: 0 }, "1 photo · shared by Anna"],
  [{ count: 9, videos: 1, files: 2 }, "6 photos · 1 video · 2 files · shared by Anna"],
  [{ count: 3, videos: 0, files: 3 }, "3 files · shared by Anna"],
  [{ count: 2, videos: 2 }, "2 videos · shared by Anna"],
  [{ count: 0, videos: 0 }, "0 photos · shared by Anna"],
])("says what there is, of whom and until when: %j", (change, text) => {
  expect(aboutText({ ...OPENED, ...change }, NOW)).toBe(text);
});

it("says the size of all where originals are to be had", () => {
  expect(downloadText(OPENED)).toBe("Download all · 1.9 GB");
  expect(downloadText({ ...OPENED, hidesMetadata: true })).toBe("Download all · about 1.9 GB");
  expect(downloadText({ bytes: null, hidesMetadata: false })).toBe("Download all");
});

it("says why not all can be downloaded at once, only where that is so", () => {
  const over = { ...OPENED.may, downloadAll: false };
  expect(overText(OPENED)).toBe("");
  expect(overText({ ...OPENED, may: over })).toMatch(/^All together are more than .* Select some, or ask Anna\.$/u);
  expect(overText({ ...OPENED, may: over, count: 1 })).toMatch(/^It is larger than .* Ask Anna\.$/u);
  expect(overText({ ...OPENED, may: over, count: 0 })).toBe("");
  expect(overText({ ...OPENED, may: { ...over, download: false } })).toBe("");
});

it.each([
  [undefined, "Too many tries. Wait a minute before the next one."],
  [45, "Too many tries. Wait a minute before the next one."],
  [280, "Too many tries. Wait 5 minutes before the next one."],
])("says how long to wait after too many passwords: %s s", (seconds, text) => {
  expect(waitText(seconds)).toBe(text);
});

it("says until when a link is closed whose budget was fetched: months begin at midnight UTC", () => {
  const day = dateName({ year: 2027, month: 1, day: 1 });
  expect(closedText(new Date("2026-12-31T23:00:00Z"))).toBe(`So much was fetched through this link that it is closed until ${day}.`);
});

it.each([
  [["a.jpg"], 12, "1 file is left out, because it cannot be downloaded from here: a.jpg."],
  [["a", "b", "c"], 12, "3 files are left out, because they cannot be downloaded from here: a, b and c."],
  [["a", "b", "c", "d", "e", "f", "g"], 12, "7 files are left out, because they cannot be downloaded from here: a, b, c, d, e and 2 more."],
  [[""], 1, "Nothing was downloaded: this file cannot be downloaded from here."],
  [["a", "b", "c"], 3, "Nothing was downloaded: these files cannot be downloaded from here."],
])("names of what was to be saved what is not: %j of %i", (lost, all, text) => {
  expect(lostText(lost, all)).toBe(text);
});

it("what is left out has its own name where that is told, and else its place", () => {
  expect(missingName({ id: "1", name: "IMG_1.jpg" }, 3, false)).toBe("IMG_1.jpg");
  expect(missingName({ id: "1", name: "video" }, 1204, true)).toBe("video 1,204 on this page");
  expect(missingName({ id: "1", name: null }, 0, true)).toBe("one that was removed");
});

const gone = { hidesMetadata: false };
const hidden = { hidesMetadata: true };
const previews = { hidesMetadata: true, may: { ...OPENED.may, originals: false } };

it.each([
  [12, 12, 0, hidden, ""],
  [12, 10, 0, gone, "2 of 12 files cannot be downloaded from here. There is no original of them in the storage any more."],
  [12, 10, 2, gone, "2 of 12 files cannot be downloaded from here. There is no original of them in the storage any more."],
  [12, 10, 1, hidden, "2 of 12 files cannot be downloaded from here. There is no copy of them without place and camera."],
  [
    234,
    208,
    26,
    hidden,
    "26 of 234 files cannot be downloaded from here. They are neither photos nor videos, and there is no copy of them without place and camera.",
  ],
  [12, 11, 1, previews, "1 of 12 files cannot be downloaded from here. It is neither a photo nor a video, and there is no preview of it."],
  [12, 0, 0, gone, "These files cannot be downloaded from here. There is no original of them in the storage any more."],
  [1, 0, 0, hidden, "This file cannot be downloaded from here. There is no copy of it without place and camera."],
])("says beforehand that of %i files only %i come, and why", (count, savable, files, ways, text) => {
  expect(shortText({ ...OPENED, ...ways, count, files, savable })).toBe(text);
  expect(shortText({ ...OPENED, count, files, savable, may: { ...OPENED.may, download: false } })).toBe("");
});

const FILES =
  "Files of this kind are not shown through this link, which hides place and camera: no copy of them without these can be made.";
const VIDEO = "This video is not shown through this link, which hides place and camera: no copy of it without these can be made.";

it.each([
  ["a PDF, place and camera hidden", { kind: "other", type: "image/jpeg", original: null }, hidden, FILES],
  ["a sidecar, place and camera hidden", { kind: "sidecar", type: "image/jpeg", original: null }, hidden, FILES],
  ["a PDF with all that it tells", { kind: "other", type: "application/pdf", original: null }, gone, undefined],
  ["a photo that could not be read", { kind: "photo", type: "image/jpeg", original: null }, hidden, undefined],
  ["a video without a copy", { kind: "video", type: "image/jpeg", original: null }, hidden, VIDEO],
  ["a video whose copy no browser plays", { kind: "video", type: "video/3gpp", original: null }, hidden, undefined],
  ["a video that is there", { kind: "video", type: "video/mp4", original: "/original" }, hidden, undefined],
  [
    "a video of which only a preview is given",
    { kind: "video", type: "video/mp4", original: null },
    { ...previews, hidesMetadata: false },
    "Videos are not played through this link: it gives previews only.",
  ],
] as const)("says why the link shows nothing of %s", (_, { original, ...photo }, ways, text) => {
  expect(unseenText({ ...photo, urls: { thumb: null, preview: null, download: null, original } }, { ...OPENED, ...ways })).toBe(text);
});

it.each([
  [{ safe: 1, videos: 0, duplicates: 0 }, "Thank you. 1 photo went to Anna, and appears here once accepted."],
  [{ safe: 3, videos: 1, duplicates: 0 }, "Thank you. 2 photos and 1 video went to Anna, and appear here once accepted."],
  [
    { safe: 2, videos: 0, duplicates: 1 },
    "Thank you. 2 photos went to Anna, and appear here once accepted. 1 file was chosen twice, and went once.",
  ],
])("thanks for what waits then, each once: %o", (view, text) => {
  expect(thanksText(view, "Anna")).toBe(text);
});

it("says that copies are still made, before the download begins and in between", () => {
  expect(pendingText(1, "")).toBe("Preparing 1 copy without metadata");
  expect(pendingText(1_204, "12 of 1,216 · 48 MB")).toBe("12 of 1,216 · 48 MB · 1,204 copies without metadata to come");
});
