/** Pulumi's own mark of an object that wraps something else, and which one says that this is secret. */
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** The value without Pulumi's marks. */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  if (MARK in value && "value" in value) return unwrapped(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

/** Where in the value something is marked as secret: `environment.variables`, `bindings.2.text`. What is below is secret with it. */
export function secretsIn(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (MARK in value && value[MARK] === SECRET) return [path.join(".")];
  const inner = MARK in value && "value" in value ? [[path, value.value] as const] : [];
  const below = MARK in value ? inner : Object.entries(value).map(([key, each]) => [[...path, key], each] as const);
  return below.flatMap(([at, each]) => secretsIn(each, at));
}
