import { expect } from "vitest";
import {
  AWS,
  AWS_DEV,
  AWS_DOMAIN,
  changes,
  CLOUDFLARE,
  CLOUDFLARE_DEV,
  isSecret,
  oneOf,
  type Property,
  resourceOf,
  variablesOf,
} from "./property.ts";

const key = (...pairs: readonly (readonly [string, string])[]) => changes("key.ts", ...pairs);

/** The variables that open something. */
const SECRETS = ["DATABASE_URL", "FRONT_TOKEN", "QUEUE_SECRET_ACCESS_KEY", "S3_SECRET_ACCESS_KEY"];

/** What stands nowhere in clear: not in the state in its bucket, nor in what a deployment writes on the screen. */
export const aboutSecrets: readonly Property[] = [
  {
    says: "Cloudflare: each variable of the Worker that opens something is a secret to whoever reads the state",
    on: [CLOUDFLARE, CLOUDFLARE_DEV],
    holds: (graph) => {
      const script = oneOf(graph, "cloudflare:index/workersScript:WorkersScript");
      const names = (script.props["bindings"] as { name: string }[]).map(({ name }) => name);
      const marked = names.filter((_, at) => isSecret(script, `bindings.${at}.text`));
      expect(SECRETS.filter((name) => names.includes(name) && !marked.includes(name))).toEqual([]);
    },
    plants: [
      ...changes("database.ts", ["$util.secret(project.connectionUriPooler)", "project.connectionUriPooler"]),
      ...key(["$util.secret(secret)", "secret"], ["$util.secret(secret.apply", "$util.output(secret.apply"]),
      ...changes("storage.ts", ["$util.secret(key.value", "$util.output(key.value"]),
    ],
  },
  {
    says: "each variable of a function that opens something is a secret to whoever reads the state",
    on: [AWS, AWS_DEV, CLOUDFLARE],
    holds: (graph, { edge }) => {
      for (const entry of ["api", "ingest", "work", "migrate", ...(edge === "aws" ? ["cron"] : [])]) {
        const given = SECRETS.filter((name) => name in variablesOf(graph, entry));
        expect(given.length).toBeGreaterThanOrEqual(1);
        for (const name of given) expect(isSecret(resourceOf(graph, entry), `environment.variables.${name}`)).toBe(true);
      }
    },
    plants: changes("ingest.ts", ["$util.secret(args.environment)", "args.environment"]),
  },
  {
    says: "the router's function, which has the token in it, is a secret to whoever reads the state",
    on: [AWS, AWS_DEV, AWS_DOMAIN],
    holds: (graph) => expect(isSecret(oneOf(graph, "aws:cloudfront/function:Function", "Router"), "code")).toBe(true),
    plants: changes("web.ts", ["$util.secret(args.code)", "args.code"]),
  },
];
