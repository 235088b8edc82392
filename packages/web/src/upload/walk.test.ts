import { expect, test } from "vitest";
import { isSystemName, type Walked, walk } from "./walk.ts";

type Tree = { [name: string]: Tree | string };

/**
 * Entries as Chromium gives them: pages of at most two, then an empty one; a file whose content is "locked" cannot be opened, and the listing
 * of a folder fails where something in it is called "LOCKED".
 */
function entry(name: string, node: Tree | string, parent = ""): FileSystemEntry {
  const fullPath = `${parent}/${name}`;
  const base = { name, fullPath, isFile: typeof node === "string", isDirectory: typeof node !== "string" };
  if (typeof node === "string") {
    const file = (done: (file: File) => void, fail: (error: Error) => void) =>
      node === "locked" ? fail(new Error("NotReadableError")) : done(new File([node], name));
    return { ...base, file } as unknown as FileSystemEntry;
  }
  const createReader = () => {
    const left = Object.entries(node).map(([child, value]) => entry(child, value, fullPath));
    const readEntries = (done: (page: FileSystemEntry[]) => void, fail: (error: Error) => void) => {
      const page = left.splice(0, 2);
      return page.some((each) => each.name === "LOCKED") ? fail(new Error("NotReadableError")) : done(page);
    };
    return { readEntries };
  };
  return { ...base, createReader } as unknown as FileSystemEntry;
}

async function collect(roots: Tree): Promise<Walked> {
  const all: Walked = { found: [], skipped: [], unreadable: 0, unread: [] };
  for await (const page of walk(Object.entries(roots).map(([name, node]) => entry(name, node)))) {
    all.found.push(...page.found);
    all.skipped.push(...page.skipped);
    all.unreadable += page.unreadable;
    all.unread.push(...page.unread);
  }
  return all;
}

test("every page of every folder is read, however deep", async () => {
  const { found } = await collect({
    "a.jpg": "a",
    trip: { "1.jpg": "1", "2.jpg": "2", "3.jpg": "3", day: { "4.jpg": "4", "5.jpg": "5" } },
  });
  expect(found.map(({ path }) => path).toSorted()).toEqual([
    "a.jpg",
    "trip/1.jpg",
    "trip/2.jpg",
    "trip/3.jpg",
    "trip/day/4.jpg",
    "trip/day/5.jpg",
  ]);
});

test("system files and hidden folders are skipped and named, files that cannot be opened counted", async () => {
  const { found, skipped, unreadable } = await collect({
    trip: { ".DS_Store": "x", "Thumbs.db": "x", ".git": { config: "x" }, "ok.jpg": "x", "no.jpg": "locked" },
  });
  expect(found.map(({ path }) => path)).toEqual(["trip/ok.jpg"]);
  expect(skipped.toSorted()).toEqual([".DS_Store", ".git", "Thumbs.db"]);
  expect(unreadable).toBe(1);
});

test("a folder that cannot be listed, or not to its end, is named; what could be read of it and its neighbours come in", async () => {
  const { found, unreadable, unread } = await collect({
    trip: { locked: { LOCKED: "x" }, half: { "1.jpg": "1", "2.jpg": "2", LOCKED: "x", "3.jpg": "3" }, "4.jpg": "4" },
    empty: {},
    "5.jpg": "5",
  });
  expect(found.map(({ path }) => path).toSorted()).toEqual(["5.jpg", "trip/4.jpg", "trip/half/1.jpg", "trip/half/2.jpg"]);
  expect(unread.toSorted()).toEqual(["trip/half", "trip/locked"]);
  expect(unreadable).toBe(0);
});

test.each([
  [".DS_Store", true],
  ["._IMG_1.jpg", true],
  ["THUMBS.DB", true],
  ["Desktop.ini", true],
  ["@eaDir", true],
  ["IMG_1.jpg", false],
  ["thumbs.jpg", false],
])("%s is a system file: %s", (name, expected) => {
  expect(isSystemName(name)).toBe(expected);
});

test("a dropped file can be opened anew", async () => {
  const { found } = await collect({ "a.jpg": "abc" });
  expect((await found[0]?.reopen?.())?.size).toBe(3);
});
