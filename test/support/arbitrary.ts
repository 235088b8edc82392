import fc from "fast-check";
import { HOSTILE } from "./hostile.ts";

type Schema = { [name: string]: unknown };

/** What the values of a document's schemas are drawn with: its components, and ids of things that are there. */
export type Source = { components: Readonly<Record<string, Schema>>; ids: readonly string[] };

const TEXTS = Object.values(HOSTILE);
const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...TEXTS));

const instants = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("2100-01-01") }).map((at) => at.toISOString());

/** Values that a JSON schema allows, or nearly: what a pattern or a rule beyond it forbids may be among them. */
export function valuesOf(schema: Schema, source: Source): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === "string") return valuesOf(source.components[$ref.split("/").at(-1) ?? ""] ?? {}, source);
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"]);
  const choice = schemas(anyOf ?? oneOf);
  if (choice.length > 0) return fc.oneof(...choice.map((each) => valuesOf(each, source)));
  const all = schemas(allOf);
  if (all.length > 0) return fc.tuple(...all.map((each) => valuesOf(each, source))).map((parts) => Object.assign({}, ...parts));
  const types = [schema["type"]].flat();
  return types.length > 1 ? fc.oneof(...types.map((type) => typed({ ...schema, type }, source))) : typed(schema, source);
}

function typed(schema: Schema, source: Source): fc.Arbitrary<unknown> {
  switch (schema["type"]) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return numbers(schema);
    case "string":
      return texts(schema, source);
    case "array":
      return arrays(schema, source);
    case "object":
      return objects(schema, source);
    default:
      return fc.jsonValue();
  }
}

function numbers(schema: Schema): fc.Arbitrary<number> {
  const whole = { min: numberOr(schema["minimum"], -(2 ** 31)), max: numberOr(schema["maximum"], 2 ** 53 - 1) };
  const integers = fc.oneof(fc.integer(whole), fc.constantFrom(whole.min, whole.max));
  return schema["type"] === "integer" ? integers : fc.oneof(integers, fc.double({ ...whole, noNaN: true }));
}

function texts(schema: Schema, { ids }: Source): fc.Arbitrary<string> {
  const { format, pattern } = schema;
  if (format === "uuid") return fc.oneof(fc.constantFrom(...ids), fc.uuid());
  if (format === "date-time") return instants;
  if (format === "uri") return fc.oneof(fc.webUrl(), fc.constant("http://photos.test:3000"));
  if (format === "email") return fc.emailAddress();
  const [minLength, maxLength] = [numberOr(schema["minLength"], 0), Math.min(numberOr(schema["maxLength"], 60), 300)];
  const free = fc.oneof(
    fc.string({ minLength, maxLength, unit: "grapheme" }),
    fc.constantFrom(...TEXTS, ...ids).map((text) => text.slice(0, maxLength).padEnd(minLength, "x")),
  );
  if (typeof pattern !== "string") return free;
  // What a pattern is about is written in it; classes of Unicode are all that cannot be drawn from.
  return pattern.includes("\\p{") || pattern.includes("(?") ? free : fc.oneof(fc.stringMatching(new RegExp(pattern, "u")), free);
}

function arrays(schema: Schema, source: Source): fc.Arbitrary<unknown[]> {
  const minLength = numberOr(schema["minItems"], 0);
  const maxLength = Math.min(numberOr(schema["maxItems"], 3), minLength + 3);
  return fc.array(valuesOf(record(schema["items"]), source), { minLength, maxLength });
}

function objects(schema: Schema, source: Source): fc.Arbitrary<unknown> {
  const properties = Object.entries(record(schema["properties"]));
  const required = Array.isArray(schema["required"])
    ? schema["required"].filter((name) => properties.some(([known]) => known === name))
    : [];
  if (properties.length === 0) return fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 });
  const parts = Object.fromEntries(properties.map(([name, each]) => [name, valuesOf(record(each), source)]));
  return fc.record(parts, { requiredKeys: required });
}

/** Something in its place that is not asked for: anything at all, a part left out, or a part of another kind. */
export function brokenFrom(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const wrong = fc.oneof(anyText, fc.jsonValue(), fc.constantFrom(null, -1, 1e308, [], {}, true));
  const changed = fc.tuple(values, fc.nat(), fc.option(wrong)).map(([value, which, part]) => change(value, which, part));
  return fc.oneof(changed, wrong);
}

function change(value: unknown, which: number, part: unknown): unknown {
  if (typeof value !== "object" || value === null) return part;
  const entries = Object.entries(value);
  const at = entries.length === 0 ? -1 : which % entries.length;
  const next = entries.flatMap(([name, each], i) => {
    if (i !== at) return [[name, each] as const];
    return part === null ? [] : [[name, change(each, which + 1, part)] as const];
  });
  return Array.isArray(value) ? next.map(([, each]) => each) : Object.fromEntries(next);
}

/** A part of an address: an id that is there, any text, and escapes that are none. */
export function pathParts({ ids }: Source): fc.Arbitrary<string> {
  const text = anyText.map((part) => encodeURIComponent(wellFormed(part)) || "x");
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, text, fc.constantFrom("%", "%c0%af", "%00", "..%2f", "null", "0"));
}

function schemas(value: unknown): Schema[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function record(value: unknown): Schema {
  // Guarantee: in a JSON schema these are objects.
  return typeof value === "object" && value !== null ? (value as Schema) : {};
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/** The text without halves of characters, which no address can have. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
