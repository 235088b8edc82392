import type { Graph, Resource } from "./graph.ts";
import { SECRETS } from "./mock.ts";
import { isSecret } from "./property/property.ts";
import { nameOf } from "./symbol.ts";

/** How a secret may be written that is to be a text among others. */
const WRITINGS: readonly ((secret: string) => string)[] = [
  String,
  encodeURIComponent,
  // Without the end, which tells how long it is.
  (secret) => Buffer.from(secret).toString("base64url").slice(0, -2),
  (secret) => Buffer.from(secret).toString("hex"),
];

/**
 * Every place in which a secret stands, of all that a deployment asks for and says: `frontToken: ApiFunction environment.variables.FRONT_TOKEN`. After
 * it stands `in clear` where whoever reads the state could read it.
 */
export function secretPlaces({ resources, outputs, builds }: Graph): string[] {
  const inResources = resources.flatMap((resource) => placesIn(resource.props, nameOf(resource.name), resource));
  const links = Object.fromEntries(builds.map(({ functionID, ...build }) => [nameOf(functionID), build]));
  return [...inResources, ...placesIn(outputs, "outputs"), ...placesIn(links, "build")].toSorted();
}

function placesIn(value: unknown, name: string, resource?: Resource): string[] {
  const walk = (each: unknown, path: readonly string[], at: readonly string[]): string[] => {
    if (typeof each === "object" && each !== null) {
      return Object.entries(each).flatMap(([key, inner]) => [
        ...walk(key, [...path, "(name)"], at),
        ...walk(inner, [...path, called(key, inner)], [...at, key]),
      ]);
    }
    if (typeof each !== "string") return [];
    const isClear = resource !== undefined && !isSecret(resource, at.join("."));
    const found = Object.entries(SECRETS).filter(([, secret]) => WRITINGS.some((write) => each.includes(write(secret))));
    return found.map(([label]) => `${label}: ${name} ${path.join(".")}${isClear ? " in clear" : ""}`);
  };
  return walk(value, [], []);
}

/** A binding of the Worker, which is one of many in a list, by what it is. */
function called(key: string, value: unknown): string {
  const { type, name } = Object(value) as { type?: unknown; name?: unknown };
  return typeof type === "string" && typeof name === "string" ? `${type} ${name}` : key;
}
