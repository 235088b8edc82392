import { expect, it } from "vitest";
import { dateName } from "../../lib/dates.ts";
import { aboutText, closedText, downloadText, lostText, missingName, overText, shortText, thanksText, waitText } from "./words.ts";

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

it.each([
  [12, 12, ""],
  [12, 10, "2 of 12 files cannot be downloaded from here."],
  [12, 0, "These files cannot be downloaded from here."],
  [1, 0, "This file cannot be downloaded from here."],
])("says beforehand that of %i files only %i come", (count, savable, text) => {
  expect(shortText({ ...OPENED, count, savable })).toBe(text);
  expect(shortText({ ...OPENED, count, savable, may: { ...OPENED.may, download: false } })).toBe("");
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
