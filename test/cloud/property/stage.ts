import { expect } from "vitest";
import type { Graph, Resource } from "../graph.ts";
import { ALL, AWS, AWS_DEV, changes, CLOUDFLARE, CLOUDFLARE_DEV, LET_GO, oneOf, type Property } from "./property.ts";

const config = (...pairs: readonly (readonly [string, string])[]) => changes("sst.config.ts", ...pairs);
const storage = (...pairs: readonly (readonly [string, string])[]) => changes("storage.ts", ...pairs);

function keptAs({ app }: Graph): Partial<Resource> {
  return { isProtected: app["protect"] === true, isRetained: app["removal"] === "retain" };
}

/** What is kept when somebody removes a stage, or a resource from the configuration. */
export const aboutStages: readonly Property[] = [
  {
    says: "`sst remove` refuses the stage `production` and takes another one away",
    on: ALL,
    holds: ({ app }, { stage }) => {
      const is = stage === "production";
      expect(app).toMatchObject({ name: "tintype", home: "aws", protect: is, removal: is ? "retain" : "remove" });
    },
    plants: config(
      ['protect: stage === "production" &&', "protect: false &&"],
      ['stage === "production" ? "retain" : "remove"', '"remove"'],
    ),
  },
  {
    says: "where a stage is protected its photos and its database are, and where it is kept they outlive their stack, never taken along with the bucket",
    on: [AWS, AWS_DEV, ...LET_GO.filter(({ edge }) => edge === "aws")],
    holds: (graph) => {
      const props = expect.objectContaining({ forceDestroy: graph.app["removal"] !== "retain" });
      expect(oneOf(graph, "aws:s3/bucket:Bucket", "Media")).toMatchObject({ ...keptAs(graph), props });
      expect(oneOf(graph, "neon:index/project:Project")).toMatchObject(keptAs(graph));
    },
    plants: [
      ...storage(["        args.forceDestroy = !isKept();\n", ""], ["        Object.assign(options, kept());\n", ""]),
      ...changes("database.ts", ["    kept(),\n", ""]),
      ...changes("stage.ts", ["protect: $app.protect", "protect: false"], ["retainOnDelete: isKept()", "retainOnDelete: false"]),
    ],
  },
  {
    says: "R2: where a stage is protected its photos and its database are, and where it is kept they outlive their stack",
    on: [CLOUDFLARE, CLOUDFLARE_DEV, ...LET_GO.filter(({ edge }) => edge === "cloudflare")],
    holds: (graph) => {
      expect(oneOf(graph, "cloudflare:index/r2Bucket:R2Bucket")).toMatchObject(keptAs(graph));
      expect(oneOf(graph, "neon:index/project:Project")).toMatchObject(keptAs(graph));
    },
    plants: storage(["void Object.assign(options, kept())", "undefined"]),
  },
  {
    says: "with TINTYPE_PROTECT=off the stage `production` can be taken down",
    on: LET_GO,
    holds: ({ app, resources }) => {
      expect(app["protect"]).toBe(false);
      expect(resources.filter(({ isProtected }) => isProtected)).toEqual([]);
    },
    plants: config([' && process.env["TINTYPE_PROTECT"] !== "off"', ""]),
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
