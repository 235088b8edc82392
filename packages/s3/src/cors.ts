import { S3Error } from "./error.ts";
import { childrenOf, childText, parseXml, type XmlChildren, type XmlElement } from "./xml.ts";

/** One rule of a CORS configuration. `*` stands for anything, once in an origin or a header. */
export type CorsRule = {
  /** What the client calls the rule; it only comes back with the rules. */
  id?: string;
  origins: readonly string[];
  methods: readonly string[];
  headers?: readonly string[];
  expose?: readonly string[];
  maxAgeSeconds?: number;
};

const METHODS = new Set(["GET", "PUT", "POST", "DELETE", "HEAD"]);
const MAX_RULES = 100;
const MAX_ID = 255;
const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

type Headers = ReadonlyMap<string, string>;

/** The answer to a preflight request, or undefined when no rule allows it. */
export function preflightHeaders(rules: readonly CorsRule[], headers: Headers): Record<string, string> | undefined {
  const method = headers.get("access-control-request-method") ?? "";
  const asked = (headers.get("access-control-request-headers") ?? "").split(",").map((name) => name.trim().toLowerCase());
  const wanted = asked.filter((name) => name !== "");
  const rule = findRule(rules, headers.get("origin"), method, wanted);
  if (!rule) return undefined;
  return {
    ...originHeaders(rule, headers.get("origin") ?? ""),
    "access-control-allow-methods": rule.methods.join(", "),
    ...(wanted.length > 0 ? { "access-control-allow-headers": wanted.join(", ") } : {}),
    ...(rule.maxAgeSeconds === undefined ? {} : { "access-control-max-age": String(rule.maxAgeSeconds) }),
  };
}

/**
 * The headers that let the page of an allowed origin read the answer to its request. Where there are rules every answer says that it is another one
 * for
 * another origin: a browser would take what it keeps of a request without an origin for the answer to one with an origin.
 */
export function corsHeaders(rules: readonly CorsRule[], headers: Headers, method: string): Record<string, string> {
  const rule = findRule(rules, headers.get("origin"), method, []);
  if (rule) return originHeaders(rule, headers.get("origin") ?? "");
  return rules.length > 0 ? { vary: VARY } : {};
}

function findRule(rules: readonly CorsRule[], origin: string | undefined, method: string, wanted: readonly string[]): CorsRule | undefined {
  if (origin === undefined) return undefined;
  return rules.find(
    (rule) =>
      rule.origins.some((pattern) => matches(pattern, origin)) &&
      rule.methods.includes(method) &&
      wanted.every((name) => (rule.headers ?? []).some((pattern) => matches(pattern.toLowerCase(), name))),
  );
}

function originHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const any = rule.origins.includes("*");
  return {
    "access-control-allow-origin": any ? "*" : origin,
    ...(any ? {} : { "access-control-allow-credentials": "true" }),
    ...(rule.expose && rule.expose.length > 0 ? { "access-control-expose-headers": rule.expose.join(", ") } : {}),
    vary: VARY,
  };
}

function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === text;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

/** The rules of a CORSConfiguration document. Throws MalformedXML or InvalidRequest. */
export function parseCors(text: string): CorsRule[] {
  const root = parseXml(text);
  const rules = childrenOf(root, "CORSRule").map(parseRule);
  if (root.name !== "CORSConfiguration" || rules.length === 0 || rules.length > MAX_RULES) throw new S3Error("MalformedXML");
  return rules;
}

export function writeCors(rules: readonly CorsRule[]): XmlChildren {
  return {
    CORSRule: rules.map((rule) => ({
      ID: rule.id,
      AllowedOrigin: rule.origins,
      AllowedMethod: rule.methods,
      AllowedHeader: rule.headers,
      ExposeHeader: rule.expose,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  };
}

function parseRule(element: XmlElement): CorsRule {
  const texts = (name: string): string[] => childrenOf(element, name).map((child) => child.text.trim());
  const age = childText(element, "MaxAgeSeconds");
  const id = childText(element, "ID");
  const rule: CorsRule = {
    ...(id === undefined ? {} : { id }),
    origins: texts("AllowedOrigin"),
    methods: texts("AllowedMethod"),
    headers: texts("AllowedHeader"),
    expose: texts("ExposeHeader"),
  };
  if (rule.origins.length === 0 || rule.methods.length === 0) throw new S3Error("MalformedXML");
  if (id !== undefined && id.length > MAX_ID) throw new S3Error("InvalidRequest", `The ID of a rule may have ${MAX_ID} characters.`);
  const wrong = rule.methods.find((method) => !METHODS.has(method));
  if (wrong !== undefined) {
    throw new S3Error("InvalidRequest", `Found unsupported HTTP method in CORS config. Unsupported method is ${wrong}`);
  }
  for (const pattern of [...rule.origins, ...(rule.headers ?? [])]) {
    if (pattern.split("*").length > 2) throw new S3Error("InvalidRequest", `"${pattern}" can not have more than one wildcard.`);
  }
  return age === undefined ? rule : { ...rule, maxAgeSeconds: Number.parseInt(age, 10) };
}
