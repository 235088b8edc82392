import type { Graph, Resource } from "./graph.ts";
import { answerResource, SECRETS } from "./mock.ts";

/** Which property is the name that a resource has at its provider, where that is not `name`. */
const NAMED: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "bucket",
  "cloudflare:index/queue:Queue": "queueName",
  "cloudflare:index/workersScript:WorkersScript": "scriptName",
};

/** SST names a subscriber by a hash of its queue, and ends a name with eight letters by chance. */
const HASHED = /(?<=Subscriber)[A-Z][a-z]{5}(?=[A-Z]|$)/gu;
const CHANCE = /(?<=\$\{app\}-\$\{stage\}-[\w-]+)-[abcdefhkmnorstuvwxz]{8}$/u;
const ROOT = /(?:\/[\w.-]+)*\/tintype-infra-\w+/gu;
const SHA256 = /(?<![\da-f])[\da-f]{64}(?![\da-f])/gu;

/** Writes a text that is in the properties of the resource so named. */
type Symbols = (name: string, text: string) => string;

/** The name of a resource, without a hash. */
export const nameOf = (name: string): string => name.replaceAll(HASHED, "");

/**
 * What writes the texts of a stage's resources so that they say what they refer to, `${MediaBucket.arn}`, and are the same in each evaluation:
 * without what is by chance, of this machine, or a hash.
 */
export function createSymbols({ resources }: Graph, stage: string): Symbols {
  const owners = new Map<string, { name?: string; label: string }>();
  for (const [label, value] of Object.entries(SECRETS)) owners.set(value, { label });
  // SST cuts the name of the app where all together would be too long.
  const ours = new RegExp(`(?<![\\w-])tint?y?p?e?-${stage}(?![a-z])`, "gu");
  for (const resource of resources.toSorted(byName)) {
    for (const [key, value] of valuesOf(resource)) {
      // What it was given as a name counts where no other stage has the same.
      const isReferred = value !== resource.props[key] || value.search(ours) >= 0;
      if (isReferred && !owners.has(value)) owners.set(value, { name: resource.name, label: `${nameOf(resource.name)}.${key}` });
    }
  }
  // The longest first: an address has a name in it.
  const known = [...owners.keys()].toSorted((a, b) => b.length - a.length).map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|]/gu, "\\$&"));
  const references = new RegExp(`(?<![A-Za-z0-9-])(?:${known.join("|")})(?![A-Za-z0-9-])`, "gu");
  return (name, text) => {
    const isOwn = owners.get(text)?.name === name;
    const told = isOwn ? text : text.replaceAll(references, (value) => `\${${owners.get(value)?.label ?? ""}}`);
    return told
      .replaceAll(ours, "$${app}-$${stage}")
      .replace(CHANCE, "-*")
      .replaceAll(HASHED, "")
      .replaceAll(ROOT, "")
      .replaceAll(SHA256, "*");
  };
}

/** For an order that no hash changes. */
export function byName(a: Pick<Resource, "name" | "type">, b: Pick<Resource, "name" | "type">): number {
  const [one, other] = [`${nameOf(a.name)} ${a.type}`, `${nameOf(b.name)} ${b.type}`];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** What others may refer to a resource by: the name that it was given, and what its provider would add. */
function valuesOf({ type, name, props }: Resource): [string, string][] {
  const { id, state } = answerResource({ type, name, inputs: props });
  const named = NAMED[type] ?? "name";
  const added = Object.entries(state).filter(([key]) => (key in props ? key === named : key !== "name"));
  const values: [string, unknown][] = [...added, ["id", id]];
  return values.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : []));
}
