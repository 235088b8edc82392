import { describe, expect, it } from "vitest";
import { fingerprint, type ObjectEntry } from "./entry.ts";
import { adopted } from "./scan.ts";
import type { FoundFile } from "./walk.ts";

const HEX = "0123456789abcdef0123456789abcdef";
const file: FoundFile = { path: "a.jpg", size: 5, mtime: 2000, ctime: 3000, inode: 7 };
const known: ObjectEntry = {
  size: 5,
  mtime: 1000,
  ctime: 3000,
  inode: 1,
  etag: HEX,
  meta: { type: "x/y", checksum: { name: "crc32", value: "AAAAAA==" }, parts: [2, 3] },
};
const stat = { size: 5, mtime: 2000, ctime: 3000, inode: 7 };

const { ctime: _ctime, ...old } = known;

describe("after a kill", () => {
  const rival = { ...file, mtime: 1000 };

  it("a file of the same size and time but of another number must be read", () => {
    expect(adopted("a.jpg", rival, known, false)).toEqual({ ...stat, mtime: 1000, etag: "", meta: { ...known.meta, formerEtag: HEX } });
  });

  it("not so one that was only moved, or was put there by hand", () => {
    expect(adopted("a.jpg", { ...rival, inode: 1 }, known, false)).toEqual(known);
    const byHand = { ...known, etag: fingerprint(known), meta: {} };
    expect(adopted("a.jpg", rival, byHand, false)).toEqual({ ...byHand, inode: 7 });
  });
});

describe("a file that the index does not know as it is", () => {
  it.each<[string, FoundFile, ObjectEntry | undefined, ObjectEntry]>([
    ["is new", file, undefined, { ...stat, etag: fingerprint(file), untold: true, meta: { type: "image/jpeg" } }],
    [
      "is another version when its size is another, and keeps what was said of it",
      { ...file, size: 6 },
      known,
      { ...stat, size: 6, etag: fingerprint({ size: 6, mtime: 2000 }), untold: true, meta: { type: "x/y" } },
    ],
    ["must be read when only its time is another", file, known, { ...stat, etag: "", meta: { ...known.meta, formerEtag: HEX } }],
    [
      "must still be read when it was touched twice",
      file,
      { ...known, etag: "", meta: { ...known.meta, formerEtag: HEX } },
      { ...stat, etag: "", meta: { ...known.meta, formerEtag: HEX } },
    ],
    [
      "is another version when it was put there by hand and touched",
      file,
      { ...known, etag: fingerprint(known), meta: { type: "x/y" } },
      { ...stat, etag: fingerprint(file), untold: true, meta: { type: "x/y" } },
    ],
    [
      "must be read when something was done to it that left size and time as they were",
      { ...file, mtime: 1000, ctime: 4000 },
      known,
      { ...stat, mtime: 1000, ctime: 4000, etag: "", meta: { ...known.meta, formerEtag: HEX } },
    ],
    [
      "must be read then also when it was put there by hand",
      { ...file, mtime: 1000, ctime: 4000 },
      { ...known, etag: fingerprint(known), meta: {} },
      { ...stat, mtime: 1000, ctime: 4000, etag: "", meta: { formerEtag: fingerprint(known) } },
    ],
    ["is the same when an older index does not know when anything was done to it", { ...file, mtime: 1000 }, old, { ...known, inode: 7 }],
    ["is the same when size and times are", { ...file, mtime: 1000 }, known, { ...known, inode: 7 }],
    [
      "is the same at its new place",
      { ...file, path: "a%-.jpg", mtime: 1000, inode: 1 },
      { ...known, path: "a%-%-.jpg" },
      { ...known, path: "a%-.jpg" },
    ],
  ])("%s", (_, found, entry, expected) => {
    expect(adopted("a.jpg", found, entry)).toEqual(expected);
  });
});
