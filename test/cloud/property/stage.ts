import { expect } from "vitest";
import { ALL, AWS, AWS_DEV, changes, CLOUDFLARE, CLOUDFLARE_DEV, oneOf, type Property } from "./property.ts";

const config = (...pairs: readonly (readonly [string, string])[]) => changes("sst.config.ts", ...pairs);
const storage = (...pairs: readonly (readonly [string, string])[]) => changes("storage.ts", ...pairs);

/** What is kept when somebody removes a stage, or a resource from the configuration. */
export const aboutStages: readonly Property[] = [
  {
    says: "`sst remove` refuses the stage `production` and takes another one away",
    on: ALL,
    holds: ({ app }, { stage }) => {
      const is = stage === "production";
      expect(app).toMatchObject({ name: "tintype", home: "aws", protect: is, removal: is ? "retain" : "remove" });
    },
    plants: config(['protect: stage === "production"', "protect: false"], ['stage === "production" ? "retain" : "remove"', '"remove"']),
  },
  {
    says: "the photos of the stage `production` outlive their stack, and are never taken along with the bucket",
    on: [AWS, AWS_DEV],
    holds: (graph, { stage }) => {
      const is = stage === "production";
      const props = expect.objectContaining({ forceDestroy: !is });
      expect(oneOf(graph, "aws:s3/bucket:Bucket", "Media")).toMatchObject({ isProtected: is, isRetained: is, props });
    },
    plants: storage(
      ["        args.forceDestroy = !isProduction;\n", ""],
      ["options.protect = isProduction;", ""],
      ["options.retainOnDelete = isProduction;", "options.retainOnDelete = false;"],
    ),
  },
  {
    says: "R2: the photos of the stage `production` outlive their stack",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph, { stage }) => {
      const is = stage === "production";
      expect(oneOf(graph, "cloudflare:index/r2Bucket:R2Bucket")).toMatchObject({ isProtected: is, isRetained: is });
    },
    plants: storage(["options.protect = isProduction;", ""], ["options.retainOnDelete = isProduction;", ""]),
  },
  {
    says: "AWS alone is asked for credentials where nothing is at Cloudflare",
    on: [AWS, AWS_DEV, CLOUDFLARE],
    holds: ({ app }, { edge }) => {
      const expected = ["aws", "neon", ...(edge === "cloudflare" ? ["cloudflare"] : [])];
      expect(Object.keys(app["providers"] as object)).toEqual(expected);
    },
    plants: config(['edge === "cloudflare" && {', "{"]),
  },
];
