import { afterAll, beforeAll } from "vitest";
import { createEvaluator, type Deployment, type Evaluator, type Graph } from "./graph.ts";
import { PLATFORM } from "./platform.ts";
import type { Change } from "./property/property.ts";
import { createTree, type Tree } from "./tree.ts";

/** For the tests of a `describe`: evaluates what is deployed, with the changes made to the configuration. Begins and ends SST's evaluator for them. */
export function useEvaluator(): (deployment: Deployment, changes: readonly Change[]) => Promise<Graph> {
  let evaluator: Evaluator;
  let tree: Tree;
  beforeAll(async () => {
    evaluator = await createEvaluator(PLATFORM ?? "");
    tree = createTree();
  });
  afterAll(() => {
    evaluator.close();
    tree.remove();
  });
  return (deployment, changes) => tree.changed(changes, () => evaluator.evaluate(tree, deployment));
}
