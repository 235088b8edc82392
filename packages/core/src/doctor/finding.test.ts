import { expect, it } from "vitest";
import { finding, FINDINGS } from "./finding.ts";

it("is made with its words, what was seen and what to copy", () => {
  expect(finding("no-bucket", ["404 NoSuchBucket"])).toMatchObject({
    code: "no-bucket",
    title: "There is no such bucket",
    lines: [],
    evidence: ["404 NoSuchBucket"],
  });
});

it("of missing rights has the key given the least that is needed, never all of them", () => {
  expect(finding("no-rights", []).fix).toContain("tintype policy");
  expect(Object.values(FINDINGS).filter(({ fix }) => fix.includes("s3:*"))).toEqual([]);
});
