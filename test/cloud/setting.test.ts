import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createEvaluator, type Deployment, type Evaluator } from "./graph.ts";
import { PLATFORM, ROOT } from "./platform.ts";
import { AWS, one } from "./property/property.ts";
import { createTree, type Tree } from "./tree.ts";

type Setting = { readSettings: (env: typeof process.env) => Record<string, unknown> };

/** What may be set, and what is refused, is tested beside the reader: packages/functions/src/cli/deploy-setting.test.ts. */
describe("the settings of a deployment", () => {
  let readSettings: Setting["readSettings"];
  let root = "";
  beforeAll(async () => {
    const entryPoints = [join(ROOT, "packages/functions/infra/setting.ts")];
    const { outputFiles } = await build({ entryPoints, write: false, bundle: true, platform: "node", format: "esm" });
    // What it exports is what its source says.
    ({ readSettings } = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? "")}`)) as Setting);
    root = mkdtempSync(join(tmpdir(), "tintype-setting-"));
    vi.stubGlobal("$cli", { paths: { root } });
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => {
    vi.unstubAllGlobals();
    rmSync(root, { recursive: true });
  });

  it("are read from the environment, and refused as `tintype deploy check` does", () => {
    vi.stubGlobal("$app", { stage: "production" });
    vi.stubEnv("TINTYPE_BUDGET_USD", "50");
    expect(readSettings(process.env)).toMatchObject({ edge: "aws", budgetUsd: 50 });
    vi.stubEnv("TINTYPE_DOMIAN", "photos.example.org");
    expect(() => readSettings(process.env)).toThrow("TINTYPE_DOMIAN is no setting. It looks like TINTYPE_DOMAIN");
  });

  it("are refused where the files .env give the domain of a stage to production too", () => {
    const domainOf = (stage: string): unknown => {
      vi.stubGlobal("$app", { stage });
      return readSettings(process.env)["domain"];
    };
    writeFileSync(join(root, ".env"), "TINTYPE_DOMAIN=photos.example.org\n");
    vi.stubEnv("TINTYPE_DOMAIN", "photos.example.org");
    expect(domainOf("production")).toBe("photos.example.org");
    expect(() => domainOf("try")).toThrow("two stages cannot answer under one name");
    writeFileSync(join(root, ".env.production"), "TINTYPE_DOMAIN=pictures.example.org\n");
    expect(domainOf("try")).toBe("photos.example.org");
  });
});

describe.skipIf(PLATFORM === undefined)("sst.config.ts", () => {
  let evaluator: Evaluator;
  let tree: Tree;
  beforeAll(async () => {
    [evaluator, tree] = [await createEvaluator(PLATFORM ?? ""), createTree()];
  });
  afterAll(() => {
    evaluator.close();
    tree.remove();
  });

  it("takes an edge and a domain that are exported and empty as not set, as `tintype deploy check` has it", async () => {
    // As whoever has emptied them.
    const empty = { edge: "", domain: "", stage: "production" } as unknown as Deployment;
    const graph = await evaluator.evaluate(tree, empty);
    expect(Object.keys(graph.app["providers"] as object)).toEqual(["aws", "neon"]);
    expect(one(graph, "aws:cloudfront/distribution:Distribution")["aliases"] ?? []).toEqual([]);
  });

  it("refuses what would be deployed elsewhere before SST looks for what is there already", async () => {
    await expect(evaluator.evaluate(tree, { ...AWS, edge: "azure" as "aws" })).rejects.toThrow('TINTYPE_EDGE is "azure"');
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9000");
    await expect(evaluator.evaluate(tree, AWS)).rejects.toThrow("AWS_ENDPOINT_URL is set, and a deployment would go to that address");
    vi.unstubAllEnvs();
  });
});
