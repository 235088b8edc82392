import { describe, expect, it } from "vitest";
import { LIMITS } from "../support/scale/limit.ts";
import { useEvaluator } from "./evaluated.ts";
import type { Graph } from "./graph.ts";
import { PLATFORM } from "./platform.ts";
import { AWS, type Change, changes, functionOf, one } from "./property/property.ts";

/** What a function and its queue are given by a deployment, as the simulation has it. */
function limitsOf(graph: Graph, name: "Ingest" | "Wake", entry: "ingest" | "work") {
  const mapping = one(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", `${name}Subscriber`);
  const queue = one(graph, "aws:sqs/queue:Queue", `${name}Queue`);
  const { timeout, memorySize } = functionOf(graph, entry);
  return {
    concurrency: (mapping["scalingConfig"] as { maximumConcurrency: number }).maximumConcurrency,
    batch: mapping["batchSize"],
    timeoutMs: Number(timeout) * 1000,
    memoryMb: memorySize,
    visibilityMs: Number(queue["visibilityTimeoutSeconds"]) * 1000,
    most: (JSON.parse(String(queue["redrivePolicy"])) as { maxReceiveCount: number }).maxReceiveCount,
  };
}

const PLANTS: readonly Change[] = [
  ...changes("queue.ts", ["retry: 6", "retry: 7"], ["`${6 * seconds} seconds`", "`${7 * seconds} seconds`"], ["work: 900", "work: 600"]),
  ...changes("ingest.ts", ['const MEMORY = "3008 MB"', 'const MEMORY = "4096 MB"'], ["batch: { size: 5,", "batch: { size: 4,"]),
  ...changes("packages/functions/src/cli/deploy-setting.ts", ["most: 1000, usual: 5", "most: 1000, usual: 10"]),
];

describe.skipIf(PLATFORM === undefined)("the simulation of a million photos", () => {
  const evaluate = useEvaluator();
  const deployed = async (planted: readonly Change[]) => {
    const graph = await evaluate(AWS, planted);
    return { ingest: limitsOf(graph, "Ingest", "ingest"), work: limitsOf(graph, "Wake", "work") };
  };

  it("has the queues and functions that are deployed", async () => {
    expect(await deployed([])).toEqual(LIMITS);
  });

  it.each(PLANTS)("has others than those with $to for $from", async (plant) => {
    expect(await deployed([plant])).not.toEqual(LIMITS);
  });
});
