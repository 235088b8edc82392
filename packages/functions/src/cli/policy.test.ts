import { describe, expect, it } from "vitest";
import { policyFor } from "../adapters/store-s3-policy.ts";
import { policy } from "./policy.ts";

describe("tintype policy", () => {
  it("prints what is allowed on one bucket and its objects: nothing of everything, no removing of versions", async () => {
    const lines: string[] = [];
    const none = () => {
      throw new Error("the bucket was given");
    };
    expect(await policy.run({ args: ["--bucket", "family"], settings: none, print: (line) => void lines.push(line) })).toBe(0);
    expect(JSON.parse(lines.join("\n"))).toEqual(policyFor("family"));
    const { Statement } = policyFor("family");
    expect(new Set(Statement.flatMap(({ Resource }) => Resource))).toEqual(new Set(["arn:aws:s3:::family", "arn:aws:s3:::family/*"]));
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow");
    expect(allowed.flatMap(({ Action }) => Action).filter((action) => /\*|Version$|Policy|DeleteBucket/u.test(action))).toEqual([]);
  });
});
