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
    says: "every function is linked to the database, and asks it through its pooler",
    on: [AWS, CLOUDFLARE],
    holds: (graph) => {
      const url = "postgres://pooled";
      for (const entry of ["api", "ingest", "work", "migrate"]) expect(variablesOf(graph, entry)["DATABASE_URL"]).toBe(url);
      const functions = graph.builds.filter(({ handler }) => handler.endsWith(".handler"));
      expect(functions.length).toBeGreaterThanOrEqual(4);
      for (const { links } of functions) expect(links?.["Database"]).toMatchObject({ url });
    },
    plants: [
      ...database(["connectionUriPooler", "connectionUri"], [", include: [sst.env({ DATABASE_URL: url })]", ""]),
      ...changes("ingest.ts", ["    link: [database],\n", ""]),
    ],
  },
];
