import { domainFault } from "./deploy-domain.ts";
import { meant } from "./deploy-near.ts";

type Named = Readonly<Record<string, string | undefined>>;

/**
 * What a deployment of `stage` is told: the variables of its environment, and those that the files .env alone would give to the stage
 * `production`. A variable that is empty counts as not set.
 */
export type Told = { env: Named; production: Named; stage: string };

/** What whoever deploys may say. */
export type Settings = {
  edge: "aws" | "cloudflare";
  domain: string | undefined;
  /**
   * After so many days originals go to Glacier Instant Retrieval: a fifth of the price to keep, and a price per gigabyte to look at. Never,
   * while it is undefined; AWS charges at least 90 days of it. Previews stay where they are.
   */
  coldAfterDays: number | undefined;
  /** What a month in this AWS account may cost before somebody is told. */
  budgetUsd: number;
  /**
   * How many functions take in photos at once. A new AWS account runs 10 in all: with the two that do jobs, three are left to answer people
   * while a library is imported.
   */
  ingestConcurrency: number;
};

/** Whole numbers from `least` to `most`; what is more is a slip of the hand. `usual` is what is so when it is not set. */
export const NUMBERS = {
  // What an event source of SQS takes.
  TINTYPE_INGEST_CONCURRENCY: { least: 2, most: 1000, usual: 5 },
  TINTYPE_COLD_AFTER_DAYS: { least: 0, most: 36_500 },
  TINTYPE_BUDGET_USD: { least: 1, most: 100_000, usual: 20 },
} as const;
const SETTINGS = ["TINTYPE_EDGE", "TINTYPE_DOMAIN", "TINTYPE_PROTECT", ...Object.keys(NUMBERS)];
/** What a laptop and a homelab read. */
const ELSEWHERE = ["TINTYPE_HOME", "TINTYPE_IMAGE"];

/** What a fault of the stage's own name is told by. */
export const STAGE_NAME = "The stage";

/** Reads them. Throws with every fault that `faultsOf` finds, one a line. */
export function readSettings(told: Told): Settings {
  const faults = [...faultsOf(told)].map(([name, fault]) => `${name} ${fault}`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  const env = given(told.env);
  const number = (name: keyof typeof NUMBERS): number | undefined => (env[name] === undefined ? undefined : Number(env[name]));
  return {
    edge: readEdge(env),
    domain: env["TINTYPE_DOMAIN"],
    coldAfterDays: number("TINTYPE_COLD_AFTER_DAYS"),
    budgetUsd: number("TINTYPE_BUDGET_USD") ?? NUMBERS.TINTYPE_BUDGET_USD.usual,
    ingestConcurrency: number("TINTYPE_INGEST_CONCURRENCY") ?? NUMBERS.TINTYPE_INGEST_CONCURRENCY.usual,
  };
}

/** Where it is deployed: all that has to be known before SST looks for what is there already. Throws where that would be elsewhere. */
export function readEdge(env: Named): Settings["edge"] {
  const { TINTYPE_EDGE: edge = "aws" } = given(env);
  const faults = [...elsewhere(given(env))].map(([name, fault]) => `${name} ${fault}`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  if (edge !== "aws" && edge !== "cloudflare") throw new Error(`TINTYPE_EDGE ${edgeFault(edge)}`);
  return edge;
}

/** Why variables cannot be used and what to do, by their names: each goes on a sentence that begins with the name. */
export function faultsOf({ env, production, stage }: Told): Map<string, string> {
  const set = given(env);
  const { TINTYPE_EDGE: edge = "aws", TINTYPE_DOMAIN: domain, TINTYPE_PROTECT: protect = "off" } = set;
  const found: (readonly [name: string, fault: string | undefined])[] = [
    ...elsewhere(set),
    [STAGE_NAME, stage !== "production" && /^production$/iu.test(stage) ? capital(stage) : undefined],
    ["TINTYPE_EDGE", edge === "aws" || edge === "cloudflare" ? undefined : edgeFault(edge)],
    ["TINTYPE_DOMAIN", domain === undefined ? missing(edge) : (domainFault(domain) ?? taken(domain, { production, stage }))],
    ["TINTYPE_PROTECT", protect === "off" ? undefined : `is "${protect}". Set it to off to take production down, or not at all.`],
    ...Object.entries(NUMBERS).map(([name, range]) => [name, numberFault(set[name], range)] as const),
  ];
  if (edge === "cloudflare" && set["TINTYPE_COLD_AFTER_DAYS"] !== undefined) {
    found.push([
      "TINTYPE_COLD_AFTER_DAYS",
      "is set, and the photos are on R2, which has no Glacier. Take it away, or set TINTYPE_EDGE to aws.",
    ]);
  }
  for (const name of Object.keys(set)) {
    const near = isKnown(name) ? undefined : meant(name, SETTINGS);
    if (near !== undefined) found.push([name, `is no setting. It looks like ${near}: write it so.`]);
  }
  return new Map(found.flatMap(([name, fault]) => (fault === undefined ? [] : [[name, fault] as const])));
}

/** Variables that are called like settings, are none, and are not near one. */
export function strangers(env: Named): string[] {
  return Object.keys(given(env)).filter((name) => name.startsWith("TINTYPE_") && !isKnown(name) && meant(name, SETTINGS) === undefined);
}

function isKnown(name: string): boolean {
  return [...SETTINGS, ...ELSEWHERE].includes(name);
}

function given(env: Named): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]])));
}

/** What sends AWS's programs to another address than AWS's, as is done for R2 or MinIO. */
function elsewhere(env: Record<string, string>): [name: string, fault: string][] {
  if (env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true") return [];
  const names = Object.keys(env).filter((name) => /^AWS_ENDPOINT_URL(?:_[A-Z\d_]+)?$/u.test(name));
  return names.map((name) => [name, `is set, and a deployment would go to that address instead of AWS's. Take it away: unset ${name}`]);
}

function capital(stage: string): string {
  return `is "${stage}", which is not protected: only production is, without a capital. Write it so, or give a stage to try it another name.`;
}

function edgeFault(edge: string): string {
  return `is "${edge}". Set it to aws or cloudflare.`;
}

function missing(edge: string): string | undefined {
  return edge === "cloudflare"
    ? "is missing: on Cloudflare it is the name under which Tintype answers, in a zone of the account."
    : undefined;
}

/** Whoever answers under a name last has it alone: on Cloudflare a trial would take production's away. */
function taken(domain: string, { production, stage }: Omit<Told, "env">): string | undefined {
  if (stage === "production" || production["TINTYPE_DOMAIN"]?.toLowerCase() !== domain) return undefined;
  const how = `Set another one for this stage in .env.${stage}, or move that of production to .env.production.`;
  return `is "${domain}", which the files .env give to the stage production too, and two stages cannot answer under one name. ${how}`;
}

function numberFault(text: string | undefined, { least, most }: { least: number; most: number }): string | undefined {
  if (text === undefined || (/^\d+$/u.test(text) && Number(text) >= least && Number(text) <= most)) return undefined;
  return `is "${text}". It is a whole number, ${least} to ${most}.`;
}
