import { describe, expect, it } from "vitest";
import { createFold } from "./fold.ts";
import { keyOf } from "./path.ts";

describe("names on a file system that folds case", () => {
  it("that differ in case or Unicode form get variants that mean the same key", () => {
    const fold = createFold();
    const wanted = ["a/B.jpg", "a/b.jpg", "a/b.JPG", "A/b.jpg", "e\u0301.jpg", "\u00e9.jpg", "a", "stra\u00dfe", "STRASSE"];
    const paths = wanted.map((path) => fold.reserve(path));
    expect(paths).toEqual([
      "a/B.jpg",
      "a/b%-.jpg",
      "a/b%-%-.JPG",
      "A%-/b.jpg",
      "e\u0301.jpg",
      "\u00e9%-.jpg",
      "a",
      "stra\u00dfe",
      "STRASSE%-",
    ]);
    expect(paths.map(keyOf)).toEqual(wanted);
    expect(new Set(paths.map((path) => path.normalize("NFC").toLowerCase())).size).toBe(wanted.length);
  });

  it("are free again when nobody has them any more", () => {
    const fold = createFold();
    fold.reserve("Folder/a");
    fold.reserve("Folder/b");
    fold.release("Folder/a");
    expect(fold.reserve("folder/a")).toBe("folder%-/a");
    fold.release("folder%-/a");
    fold.release("Folder/b");
    expect(fold.reserve("folder/a")).toBe("folder/a");
  });
});
