import { describe, expect, it } from "vitest";
import { useEvaluator } from "./evaluated.ts";
import type { Deployment, Graph } from "./graph.ts";
import { PLATFORM } from "./platform.ts";
import { aboutApi } from "./property/api.ts";
import { aboutDatabase } from "./property/database.ts";
import { aboutIngest } from "./property/ingest.ts";
import { aboutLimits } from "./property/limit.ts";
import type { Property } from "./property/property.ts";
import { aboutSecrets } from "./property/secret.ts";
import { aboutStages } from "./property/stage.ts";
import { aboutStorage } from "./property/storage.ts";
import { aboutWatching } from "./property/watch.ts";
import { aboutWeb } from "./property/web.ts";

const PROPERTIES = [
  ...aboutStorage,
  ...aboutIngest,
  ...aboutDatabase,
  ...aboutStages,
  ...aboutApi,
  ...aboutLimits,
  ...aboutSecrets,
  ...aboutWeb,
  ...aboutWatching,
];

/**
 * Proves that what `sst deploy` would ask for has every property that is seen at this edge; and of each, that it would be missed: a change of the
 * configuration is made that takes it away, and it, and no other, is then found broken.
 */
export function prove(edge: Deployment["edge"]): void {
  describe.skipIf(PLATFORM === undefined)(`what \`sst deploy\` asks for on ${edge}`, () => {
    const graphs = new Map<string, Promise<Graph>>();
    const evaluate = useEvaluator();
    /** Evaluated once for all properties that look at it. */
    const graphOf = (deployment: Deployment): Promise<Graph> => {
      const key = JSON.stringify(deployment);
      const known = graphs.get(key) ?? evaluate(deployment, []);
      graphs.set(key, known);
      return known;
    };

    it.each(cases(edge))("$name: $says", async ({ property, on }) => {
      const graph = await graphOf(on);
      await assertHolds(property, graph, on);
    });

    it.each(faults(edge))("is missed: $says, with $to for $from", async ({ property, plant, on }) => {
      const graph = await evaluate(on, [plant]);
      const broken: string[] = [];
      for (const other of PROPERTIES.filter((known) => known.on.includes(on))) {
        await assertHolds(other, graph, on).catch(() => broken.push(other.says));
      }
      expect(broken).toEqual([property.says]);
    });
  });
}

function cases(edge: Deployment["edge"]) {
  return PROPERTIES.flatMap((property) => property.on.map((on) => ({ property, on, says: property.says, name: nameOf(on) }))).filter(
    ({ on }) => on.edge === edge,
  );
}

/** Each is made to the first deployment that the property is seen in. */
function faults(edge: Deployment["edge"]) {
  return PROPERTIES.flatMap((property) =>
    property.on.slice(0, 1).flatMap((on) => property.plants.map((plant) => ({ property, on, plant, says: property.says, ...plant }))),
  ).filter(({ on }) => on.edge === edge);
}

async function assertHolds({ holds }: Property, graph: Graph, on: Deployment): Promise<void> {
  await holds(graph, on);
}

function nameOf({ edge, stage, domain, region, settings }: Deployment): string {
  const more = [
    domain !== undefined && edge === "aws" ? "on a domain" : "",
    region === undefined ? "" : `in ${region}`,
    settings ? "with settings" : "",
  ];
  return [stage, ...more].filter((word) => word !== "").join(" ");
}
