import { expect, it } from "vitest";
import { withUniqueNames } from "./zip.ts";

it("numbers files of the same name, whatever their case, and leaves the others alone", () => {
  const files = ["a.jpg", "A.jpg", "a.jpg", "a (2).jpg", "notes", "notes", ".hidden", "x.tar.gz", "x.tar.gz"];
  const named = withUniqueNames(files.map((name, i) => ({ id: String(i), name, size: 1, url: "" })));
  expect(named.map(({ name }) => name)).toEqual([
    "a.jpg",
    "A (2).jpg",
    "a (3).jpg",
    "a (2) (2).jpg",
    "notes",
    "notes (2)",
    ".hidden",
    "x.tar.gz",
    "x.tar (2).gz",
  ]);
});
