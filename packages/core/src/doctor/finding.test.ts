import { expect, it } from "vitest";
import { finding } from "./finding.ts";

it("is made with its words, what was seen and what to copy", () => {
  expect(finding("no-bucket", ["404 NoSuchBucket"])).toMatchObject({
    code: "no-bucket",
    title: "There is no such bucket",
    lines: [],
    evidence: ["404 NoSuchBucket"],
  });
});
