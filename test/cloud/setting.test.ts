import { join } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { checkDeployment } from "../../packages/functions/src/cli/deploy-check.ts";
import { createEvaluator, type Deployment } from "./graph.ts";
import { PLATFORM, ROOT } from "./platform.ts";
import { one } from "./property/property.ts";
import { createTree } from "./tree.ts";

type Env = Record<string, string>;
type Setting = { readSettings: (env: Env) => Record<string, number | undefined> };

const WRONG = [
  ["TINTYPE_COLD_AFTER_DAYS", "-1", "0 or more"],
  ["TINTYPE_COLD_AFTER_DAYS", "never", "0 or more"],
  ["TINTYPE_BUDGET_USD", "0", "1 or more"],
  ["TINTYPE_BUDGET_USD", "19.99", "1 or more"],
  ["TINTYPE_INGEST_CONCURRENCY", "1", "2 to 1000"],
  ["TINTYPE_INGEST_CONCURRENCY", "1001", "2 to 1000"],
] as const;
const RIGHT = [
  ["TINTYPE_COLD_AFTER_DAYS", "0", "coldAfterDays"],
  ["TINTYPE_BUDGET_USD", "1", "budgetUsd"],
  ["TINTYPE_INGEST_CONCURRENCY", "2", "ingestConcurrency"],
  ["TINTYPE_INGEST_CONCURRENCY", "1000", "ingestConcurrency"],
] as const;

describe("what may be set of a deployment", () => {
  let readSettings: Setting["readSettings"];
  const stateOf = (env: Env, name: string) =>
    checkDeployment({ env, profiles: {}, node: "22.0.0", sst: { pinned: "4", installed: "4" } }, "production").find(
      (item) => item.name === name,
    );

  beforeAll(async () => {
    const entryPoints = [join(ROOT, "packages/functions/infra/setting.ts")];
    const { outputFiles } = await build({ entryPoints, write: false, bundle: true, format: "esm" });
    // What it exports is what its source says.
    ({ readSettings } = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? "")}`)) as Setting);
  });

  it.each(WRONG)("refuses %s=%s, and so does `tintype deploy check`", (name, value, range) => {
    expect(() => readSettings({ [name]: value })).toThrow(`${name} is "${value}". It is a whole number, ${range}.`);
    expect(stateOf({ [name]: value }, name)).toMatchObject({ state: "wrong", detail: expect.stringContaining(range) });
  });

  it.each(RIGHT)("takes %s=%s, and so does `tintype deploy check`", (name, value, key) => {
    expect(readSettings({ [name]: value })[key]).toBe(Number(value));
    expect(stateOf({ [name]: value }, name)).toMatchObject({ state: "there" });
  });

  it("is told by `tintype deploy check` as it is when nothing is set", () => {
    for (const env of [{}, { TINTYPE_COLD_AFTER_DAYS: "", TINTYPE_BUDGET_USD: "", TINTYPE_INGEST_CONCURRENCY: "" }]) {
      expect(readSettings(env)).toEqual({ coldAfterDays: undefined, budgetUsd: 20, ingestConcurrency: 5 });
    }
    expect(stateOf({}, "TINTYPE_BUDGET_USD")?.detail).toContain("20 USD");
    expect(stateOf({}, "TINTYPE_INGEST_CONCURRENCY")?.detail).toContain("5 functions");
  });
});

describe.skipIf(PLATFORM === undefined)("TINTYPE_EDGE and TINTYPE_DOMAIN that are exported and empty", () => {
  it("count as not set, as `tintype deploy check` has it", async () => {
    const [evaluator, tree] = [await createEvaluator(PLATFORM ?? ""), createTree()];
    // As whoever has emptied them.
    const empty = { edge: "", domain: "", stage: "production" } as unknown as Deployment;
    const graph = await evaluator.evaluate(tree, empty);
    expect(Object.keys(graph.app["providers"] as object)).toEqual(["aws", "neon"]);
    expect(one(graph, "aws:cloudfront/distribution:Distribution")["aliases"] ?? []).toEqual([]);
    evaluator.close();
    tree.remove();
  });
});
