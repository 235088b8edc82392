import { expect } from "vitest";
import { ALL, AWS, AWS_CANADA, AWS_PARIS, changes, CLOUDFLARE, one, type Property, variablesOf } from "./property.ts";

const database = (...pairs: readonly (readonly [string, string])[]) => changes("database.ts", ...pairs);
const PROJECT = "neon:index/project:Project";

/** Neon. */
export const aboutDatabase: readonly Property[] = [
  {
    says: "the database is near the functions, and in the region next to theirs where Neon has none there",
    on: [AWS_PARIS, AWS, AWS_CANADA, CLOUDFLARE],
    holds: (graph, { region }) =>
      expect(one(graph, PROJECT)["regionId"]).toBe(region === "ca-central-1" ? "aws-us-east-1" : "aws-eu-central-1"),
    plants: database(["`aws-${regionNear(region)}`", "`aws-${region}`"], ['eu: "eu-central-1", ', ""]),
  },
  {
    says: "the database sleeps after Neon's five minutes, and asks for nothing that the free plan does not have",
    on: ALL,
    holds: (graph) => {
      const { defaultEndpointSettings, historyRetentionSeconds } = one(graph, PROJECT);
      expect(defaultEndpointSettings).toEqual({ autoscalingLimitMinCu: 0.25, autoscalingLimitMaxCu: 2 });
      expect(historyRetentionSeconds).toBeLessThanOrEqual(21_600);
    },
    plants: database(
      ["autoscalingLimitMinCu: 0.25", "autoscalingLimitMinCu: 0.25, suspendTimeoutSeconds: -1"],
      ["autoscalingLimitMinCu: 0.25", "autoscalingLimitMinCu: 1"],
      ["      historyRetentionSeconds: 21_600,\n", ""],
    ),
  },
  {
    says: "every function that asks the database asks through its pooler",
    on: [AWS, CLOUDFLARE],
    holds: (graph) => {
      for (const entry of ["api", "ingest", "work", "migrate"]) {
        expect(variablesOf(graph, entry)["DATABASE_URL"]).toBe("postgres://pooled");
      }
    },
    plants: database(["connectionUriPooler", "connectionUri"]),
  },
];
