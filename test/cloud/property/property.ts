import { expect } from "vitest";
import type { Deployment, Graph, Resource } from "../graph.ts";

/** A change of one source of the configuration: text that is in it, and what stands there instead. */
export type Change = { file: string; from: string; to: string };

/** What a deployment must be, and changes of the configuration each of which makes it not so. */
export type Property = {
  says: string;
  /** The deployments that it is seen in; the changes are made to the first. */
  on: readonly Deployment[];
  /** Throws when it is not so. */
  holds: (graph: Graph, deployment: Deployment) => void | Promise<void>;
  plants: readonly Change[];
};

const domain = "photos.example.org";
export const AWS: Deployment = { edge: "aws", stage: "production" };
export const AWS_DOMAIN: Deployment = { edge: "aws", stage: "production", domain };
/** With all that can be set. */
export const AWS_SET: Deployment = {
  ...AWS,
  settings: { TINTYPE_COLD_AFTER_DAYS: "90", TINTYPE_BUDGET_USD: "50", TINTYPE_INGEST_CONCURRENCY: "8" },
};
export const AWS_DEV: Deployment = { edge: "aws", stage: "anna" };
export const AWS_PARIS: Deployment = { edge: "aws", stage: "production", region: "eu-west-3" };
export const AWS_CANADA: Deployment = { edge: "aws", stage: "production", region: "ca-central-1" };
export const CLOUDFLARE: Deployment = { edge: "cloudflare", stage: "production", domain };
export const CLOUDFLARE_DEV: Deployment = { edge: "cloudflare", stage: "anna", domain };
/** As it is deployed before it is taken down. */
export const LET_GO: readonly Deployment[] = [
  { ...AWS, protect: "off" },
  { ...CLOUDFLARE, protect: "off" },
];
export const ALL = [AWS, AWS_DEV, CLOUDFLARE, CLOUDFLARE_DEV];

/** Changes of one file, each `[from, to]`. */
export function changes(file: string, ...pairs: readonly (readonly [from: string, to: string])[]): Change[] {
  const path = file.includes("/") || file === "sst.config.ts" ? file : `packages/functions/infra/${file}`;
  return pairs.map(([from, to]) => ({ file: path, from, to }));
}

/** All resources of a type, named as in `aws:sqs/queue:Queue`. */
export function all(graph: Graph, type: string): Resource[] {
  return graph.resources.filter((resource) => resource.type === type);
}

/** The properties of the one resource of a type whose name begins so. */
export function one(graph: Graph, type: string, name = ""): Record<string, unknown> {
  return oneOf(graph, type, name).props;
}

/** The one resource of a type whose name begins so. */
export function oneOf(graph: Graph, type: string, name = ""): Resource {
  const found = all(graph, type).filter((resource) => resource.name.startsWith(name));
  expect(found.map((resource) => resource.name)).toHaveLength(1);
  const [resource] = found;
  if (!resource) throw new Error("unreachable");
  return resource;
}

/** The statements of a policy document as it was asked for. */
export function statements(policy: unknown): Record<string, unknown>[] {
  // Made by the mock of getPolicyDocument.
  return (JSON.parse(String(policy)) as { statements: Record<string, unknown>[] }).statements;
}

/** Whether the state keeps a property of it encrypted: `environment.variables.NAME`. */
export function isSecret({ secrets }: Resource, path: string): boolean {
  return secrets.some((marked) => path === marked || path.startsWith(`${marked}.`));
}

/** The properties of a function, by the entry of `src/entry/` that it runs. */
export function functionOf(graph: Graph, entry: string): Record<string, unknown> {
  return resourceOf(graph, entry).props;
}

/** Its resource. */
export function resourceOf(graph: Graph, entry: string): Resource {
  const build = graph.builds.find(({ handler }) => handler === `functions/dist/lambda/lambda-${entry}.handler`);
  expect(build).toBeDefined();
  return oneOf(graph, "aws:lambda/function:Function", build?.functionID);
}

/** The variables that a function is started with, but for SST's own. */
export function variablesOf(graph: Graph, entry: string): Record<string, unknown> {
  const { environment } = functionOf(graph, entry);
  const { variables } = environment as { variables: Record<string, unknown> };
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith("SST_")));
}
