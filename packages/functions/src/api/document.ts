import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "./deps.ts";
import { PROBLEMS, type ProblemCode } from "./error.ts";

const INFO = {
  openapi: "3.1.0",
  security: [{ session: [] }, { key: [] }],
  info: { title: "Tintype", version: "1", description: "Photos in storage that you own. Errors are RFC 9457 problem documents." },
};

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const ANY = ["internal", "database_unavailable"] as const;
/** A key may lack the scope. */
const SIGNED_IN = ["forbidden"] as const;
/** Another site's request is refused, and a full disk takes no change. */
const MUTATION = ["forbidden", "storage_full"] as const;
const WITH_BODY = ["invalid", "too_large", "unsupported_media_type"] as const;
/** From the server before any of our code: Node takes 16 KB of request line and headers together, and says no more than the status. */
const TOO_LONG = { 431: { description: "The address and the headers are longer than the server takes" } };

/** The OpenAPI document of the routes of `app`, with what is in no route's own hands: the answers that all of its kind can have. */
export function documentOf(app: OpenAPIHono<Env>) {
  const document = app.getOpenAPI31Document(INFO);
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = /^\/(?:api|s)\//u.test(path) ? item[method] : undefined;
      if (!operation) continue;
      const codes = [
        ...ANY,
        ...(operation.security === undefined ? SIGNED_IN : []),
        ...(method === "get" ? [] : MUTATION),
        ...(operation.requestBody ? WITH_BODY : []),
      ];
      operation.responses = { ...TOO_LONG, ...Object.fromEntries(codes.map(answerOf)), ...operation.responses };
    }
  }
  mendPatterns(document.components?.schemas);
  mendPatterns(document.paths);
  return document;
}

/**
 * A schema's pattern is the expression alone: the generator writes the flags of ours behind it, `^a$/u`, which nothing matches. Those with classes
 * of Unicode are left out, since few programs that read a document know these.
 */
function mendPatterns(part: unknown): void {
  if (typeof part !== "object" || part === null) return;
  for (const [name, value] of Object.entries(part)) {
    mendPatterns(value);
    if (name !== "pattern" || typeof value !== "string") continue;
    if (value.includes("\\p{")) Reflect.deleteProperty(part, name);
    else Object.assign(part, { pattern: value.replace(/\/[a-z]+$/u, "") });
  }
}

function answerOf(code: ProblemCode) {
  const [status, description] = PROBLEMS[code];
  return [
    String(status),
    { description, content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } },
  ] as const;
}
