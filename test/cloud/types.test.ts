import { execFile } from "node:child_process";
import { copyFileSync, readdirSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLATFORM, ROOT } from "./platform.ts";
import { type Change, changes } from "./property/property.ts";
import { createTree, type Tree } from "./tree.ts";

/** Faults that only the types of SST and its providers tell, and where they are then found. */
const FAULTS: readonly Change[] = [
  ...changes("sst.config.ts", ['home: "aws"', 'home: "mars"']),
  ...changes("storage.ts", ["versioning: true", 'versioning: "Enabled"']),
  ...changes("database.ts", ["historyRetentionSeconds: 21_600", 'historyRetentionSeconds: "6 hours"']),
  ...changes("ingest.ts", ["{ maximumConcurrency: 2 }", "{ maximalConcurrency: 2 }"]),
  ...changes("key.ts", ["forceDestroy: true", "destroy: true"]),
  ...changes("queue.ts", ["retry: 6", 'retry: "six"']),
  ...changes("worker.ts", ["maxRetries: 6", "retries: 6"]),
  ...changes("api.ts", ["streaming: true", "streams: true"]),
  ...changes("web.ts", ["purge: false", 'purge: "never"']),
  ...changes("setting.ts", ["stage: $app.stage", "stage: $app.stages"]),
  ...changes("header.ts", ["(store: string): string", "(store: string): number"]),
  ...changes("stage.ts", ["$app.removal", "$app.removed"]),
  ...changes("watch.ts", ['limitUnit: "USD"', 'unit: "USD"']),
];

describe.skipIf(PLATFORM === undefined)("the configuration of the cloud", () => {
  let tree: Tree;
  beforeAll(() => {
    tree = createTree();
    copyFileSync(join(ROOT, "tsconfig.json"), join(tree.root, "tsconfig.json"));
    symlinkSync(join(ROOT, "node_modules"), join(tree.root, "node_modules"));
    symlinkSync(dirname(PLATFORM ?? ""), join(tree.root, ".sst"));
  });
  afterAll(() => tree.remove());

  it("has no error of types against SST's platform and the providers", async () => {
    expect(await compile(tree.root)).toEqual([]);
  });

  it("has one where a property has the wrong type or name, in each of its files", async () => {
    const files = readdirSync(join(ROOT, "packages/functions/infra")).filter((name) => name.endsWith(".ts"));
    expect(FAULTS.map(({ file }) => basename(file)).toSorted()).toEqual([...files, "sst.config.ts"].toSorted());
    const found = await tree.changed(FAULTS, () => compile(tree.root));
    expect([...new Set(found)].toSorted()).toEqual(FAULTS.map(({ file }) => file).toSorted());
  });
});

/** The files in which the compiler finds an error, once for each. */
async function compile(root: string): Promise<string[]> {
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const said = await new Promise<string>((resolve) => {
    execFile(tsc, ["-p", "packages/functions/infra", "--pretty", "false"], { cwd: root }, (_, stdout) => resolve(stdout));
  });
  return [...said.matchAll(/^(?<file>[^\s(]+)\(\d+,\d+\): error TS/gmu)].map(({ groups }) => groups?.["file"] ?? "");
}
