import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

export const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));

const Health = z.object({ test: z.array(z.string()), interval: z.string(), retries: z.number(), start_period: z.string() });
const Dependency = z.object({
  condition: z.enum(["service_healthy", "service_completed_successfully"]),
  required: z.boolean().default(true),
});
const Service = z.looseObject({
  image: z.string(),
  profiles: z.array(z.string()).default([]),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), Dependency).default({}),
  healthcheck: Health.optional(),
});

/** What compose reads of a service, its variables filled in. */
export type Service = z.infer<typeof Service>;
type Variables = Readonly<Record<string, string>>;

/** The services of deploy/compose.yaml by their names, with the variables of `env` filled in as compose does. */
export function readCompose(env: Variables): Record<string, Service> {
  return parseCompose(readFileSync(`${DEPLOY}compose.yaml`, "utf8"), env);
}

/** The services in the text of a compose file. */
export function parseCompose(text: string, env: Variables): Record<string, Service> {
  const raw: unknown = parse(text, { merge: true });
  return z.object({ services: z.record(z.string(), Service) }).parse(fill(raw, env)).services;
}

/** The variables of deploy/.env.example, with those of `changes` instead where they are named. */
export function readEnvExample(changes: Variables = {}): Record<string, string> {
  return readEnvFile(`${DEPLOY}.env.example`, changes);
}

/** The variables of a .env file, changed so; lines may refer to lines above. */
export function readEnvFile(path: string, changes: Variables = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const found = /^(?<name>[A-Z0-9_]+)=(?<value>.*)$/u.exec(line)?.groups;
    if (found) env[found["name"] ?? ""] = changes[found["name"] ?? ""] ?? interpolate(found["value"] ?? "", env);
  }
  return { ...env, ...changes };
}

/**
 * The services that start with these profiles, each after those that it depends on. `wanted` are services that are named: then only these and
 * what they wait for.
 */
export function inOrder(services: Readonly<Record<string, Service>>, profiles: readonly string[], wanted?: readonly string[]): string[] {
  const active = Object.keys(services).filter((name) => {
    const own = services[name]?.profiles ?? [];
    return own.length === 0 || own.some((profile) => profiles.includes(profile));
  });
  const done: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) throw new Error([...path, name].join(" waits for "));
    if (done.includes(name)) return;
    for (const [other, { required }] of Object.entries(services[name]?.depends_on ?? {})) {
      if (active.includes(other)) visit(other, [...path, name]);
      else if (required) throw new Error(`${name} needs ${other}, which no profile starts`);
    }
    done.push(name);
  };
  for (const name of wanted ?? active) visit(name, []);
  return done;
}

/** Fills `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as the compose specification has it; `$$` is one dollar. */
export function interpolate(text: string, env: Variables): string {
  let filled = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "$") filled += text[at];
    else if (text[at + 1] === "$") {
      filled += "$";
      at++;
    } else {
      if (text[at + 1] !== "{") throw new Error(`a lone $ in "${text}"`);
      const end = closing(text, at + 2);
      filled += variable(text.slice(at + 2, end), env);
      at = end;
    }
  }
  return filled;
}

function closing(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith("${", at)) open++;
    if (text[at] === "}" && --open === 0) return at;
  }
  throw new Error(`an open \${ in "${text}"`);
}

function variable(inner: string, env: Variables): string {
  const found = /^(?<name>[A-Za-z_][A-Za-z0-9_]*)(?:(?<operator>:[-?])(?<rest>.*))?$/su.exec(inner)?.groups;
  if (!found) throw new Error(`\${${inner}} is not understood`);
  const value = env[found["name"] ?? ""] ?? "";
  if (value !== "" || found["operator"] === undefined) return value;
  if (found["operator"] === ":?") throw new Error(`${found["name"]} ${interpolate(found["rest"] ?? "", env)}`);
  return interpolate(found["rest"] ?? "", env);
}

function fill(value: unknown, env: Variables): unknown {
  if (typeof value === "string") return interpolate(value, env);
  if (Array.isArray(value)) return value.map((part) => fill(part, env));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part, env)]));
}
