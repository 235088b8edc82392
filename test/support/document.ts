import { type Api, documentOf } from "@tintype/functions/api";
import { z } from "zod";

type Json = { [name: string]: unknown };
type Operation = { responses: Record<string, { content?: Record<string, { schema: Json }> }> };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Json> } };

const documents = new WeakMap<object, Document>();
const schemas = new WeakMap<object, z.ZodType>();

/**
 * Throws unless this answer is what the OpenAPI document of `app` tells: its status, its media type and, in JSON, exactly the fields.
 * Requests that find no route are not in the document, and pass.
 */
export async function mustConform(app: Api, method: string, path: string, response: Response): Promise<void> {
  const document = documentTold(app);
  const operation = operationAt(document, method, path);
  if (!operation || response.status === 405) return;
  const told = operation.responses[String(response.status)];
  const where = `${method} ${path} answers ${response.status}`;
  if (!told) throw new Error(`${where}, which its document does not tell of`);
  if (!told.content) return;
  const type = (response.headers.get("content-type") ?? "").replace(/;.*/u, "");
  const media = told.content[type];
  if (!media) throw new Error(`${where} as "${type}", where its document tells of ${Object.keys(told.content).join()}`);
  if (!type.endsWith("json") || response.headers.has("content-encoding")) return;
  const schema = schemas.get(media) ?? z.fromJSONSchema(closed(document, media.schema, type === "application/problem+json"));
  schemas.set(media, schema);
  const { error } = schema.safeParse(JSON.parse(await response.clone().text()));
  if (error) throw new Error(`${where} with another body than its document tells: ${z.prettifyError(error)}`);
}

/** A document that a test of its own has found to be valid: its types are wider than what is read here. */
function documentTold(app: Api): Document {
  const known = documents.get(app) ?? (documentOf(app) as unknown as Document);
  documents.set(app, known);
  return known;
}

function operationAt({ paths }: Document, method: string, path: string): Operation | undefined {
  const name = path.replace(/\?.*/u, "");
  const known = Object.keys(paths).filter((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/gu, "[^/]+")}$`, "u").test(name));
  // `/uploads/status` is also an `/uploads/{id}`: what has fewer parameters is meant.
  const best = known.toSorted((a, b) => a.split("{").length - b.split("{").length).find((each) => paths[each]?.[method.toLowerCase()]);
  return best === undefined ? undefined : paths[best]?.[method.toLowerCase()];
}

/** The schema without references, in which objects have no other fields than those named (`open`: they may). */
function closed(document: Document, schema: Json, open: boolean): Json {
  const { $ref, ...rest } = schema;
  if (typeof $ref === "string") return closed(document, { ...document.components.schemas[$ref.split("/").at(-1) ?? ""], ...rest }, open);
  const inner = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inner);
    return typeof value === "object" && value !== null ? closed(document, value as Json, open) : value;
  };
  const all = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, name === "example" ? undefined : inner(value)]));
  const isObject = schema["type"] === "object" && schema["properties"] !== undefined && schema["additionalProperties"] === undefined;
  return isObject && !open ? { ...all, additionalProperties: false } : all;
}
