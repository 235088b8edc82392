import { fileOf } from "@tintype/test/upload";
import { expect, it } from "vitest";
import { lifeMs, refusal } from "./rules.ts";

it.each([
  ["a photo", { name: "a.heic", type: "" }, undefined],
  ["a film of two gigabytes", { name: "a.mov", type: "video/quicktime", size: 2 ** 31 }, undefined],
  ["a larger one", { name: "a.mov", type: "video/quicktime", size: 2 ** 31 + 1 }, "too_large"],
  ["an empty file", { name: "a.jpg", size: 0 }, "empty"],
  ["a page that is called a photo", { name: "a.jpg", type: "text/html" }, "not_a_photo"],
  ["a drawing", { name: "a.svg", type: "image/svg+xml" }, "not_a_photo"],
])("%s is taken or not", (_, change, code) => {
  expect(refusal(fileOf("x", change))?.code).toBe(code);
});

it("a promise outlives its request by minutes, and by what a slow line takes", () => {
  expect([lifeMs(0), lifeMs(128 * 1024 * 60)].map((ms) => ms / 60_000)).toEqual([15, 16]);
});
