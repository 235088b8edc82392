import type { DeploySeen } from "../adapters/deploy-look.ts";
import { accountOf } from "./deploy-account.ts";
import { quotasOf } from "./deploy-quota.ts";
import { lookAtRegion } from "./deploy-region.ts";

/** One line of what was looked at: there, missing or wrong with what to do about it, or something to know that cannot be seen from here. */
export type Item = { name: string; state: "there" | "missing" | "wrong" | "note"; detail: string };

const NODE = [20, 20] as const;
const STAGE = /^[a-zA-Z0-9][a-zA-Z0-9-]*$/u;
const DOMAIN = /^(?!.*\.\d+$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/u;
const EDGES = ["aws", "cloudflare"];
/** What infra/ reads of `sst secret set`, each with a value to write there. */
const SECRETS = [["AlarmEmail", "you@example.org"]] as const;
/** How many functions take in photos where nothing else is set, as infra/setting.ts has it. */
const INGEST = { name: "TINTYPE_INGEST_CONCURRENCY", least: 2, most: 1000, usual: 5 };
/** What else may be set, as infra/setting.ts reads it: a whole number from `least` to `most`. `unset` is what is so when it is not. */
const SETTINGS = [
  {
    ...INGEST,
    set: "functions take in photos at once",
    unset: `not set: ${INGEST.usual} functions take in photos at once`,
  },
  {
    name: "TINTYPE_COLD_AFTER_DAYS",
    least: 0,
    most: Infinity,
    set: "days until originals on S3 go to Glacier Instant Retrieval",
    unset: "not set: originals stay in S3's standard class",
  },
  {
    name: "TINTYPE_BUDGET_USD",
    least: 1,
    most: Infinity,
    set: "USD a month before AWS warns",
    unset: "not set: AWS warns of 20 USD a month",
  },
];

/** What a deployment of `stage` needs before `sst deploy`, one line each. Tells no secret. */
export function checkDeployment(seen: DeploySeen, stage: string): Item[] {
  const edge = seen.env["TINTYPE_EDGE"] ?? "aws";
  const onCloudflare = edge === "cloudflare" ? [cloudflareToken(seen), cloudflareAccount(seen)] : [];
  return [
    node(seen),
    sst(seen),
    stageOf(stage),
    edgeOf(edge),
    aws(seen),
    region(seen),
    neon(seen),
    ...onCloudflare,
    domain(seen, edge),
    ...SETTINGS.map((setting) => numberOf(seen, setting)),
  ].concat(notes(seen, stage, edge));
}

function node({ node: version }: DeploySeen): Item {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return item("Node", isEnough, version, `${version} is too old. Install ${NODE.join(".")} or newer.`, "wrong");
}

function sst({ sst: { pinned, installed } }: DeploySeen): Item {
  const is =
    installed === undefined ? "It is not installed for this system" : `${installed} is installed, and ${pinned} is the one that fits`;
  return item("SST", installed === pinned, pinned, `${is}. Run: npm ci`, installed === undefined ? "missing" : "wrong");
}

/** The commands that come after this one, with each secret that is not in the environment. */
export function nextSteps({ env }: DeploySeen, stage: string): string[] {
  const secrets = SECRETS.filter(([secret]) => !(`SST_SECRET_${secret}` in env)).map((secret) => setSecret(secret, stage));
  return [...secrets, `npm run deploy -- --stage ${stage}`];
}

function setSecret([secret, value]: (typeof SECRETS)[number], stage: string): string {
  return `npx sst secret set ${secret} ${value} --stage ${stage}`;
}

function stageOf(stage: string): Item {
  const is = stage === "production" ? "it is protected, and its photos and database are kept" : "sst remove takes it away, photos and all";
  return item("Stage", STAGE.test(stage), `${stage}: ${is}`, `"${stage}" is no name of a stage: letters, digits and dashes.`, "wrong");
}

function edgeOf(edge: string): Item {
  const where =
    edge === "aws" ? "aws: the API on Lambda, the photos on S3" : "cloudflare: the API in a Worker, the photos on R2, the rest on Lambda";
  return item("Edge", EDGES.includes(edge), where, `TINTYPE_EDGE is "${edge}". Set it to aws or cloudflare.`, "wrong");
}

function aws(seen: DeploySeen): Item {
  const account = accountOf(seen);
  if ("state" in account) return { name: "AWS credentials", ...account };
  const id = account.id === undefined ? "which account they are for cannot be seen from here" : `for the account ${account.id}`;
  return { name: "AWS credentials", state: "there", detail: `from ${account.from}, ${id}${account.also}` };
}

function region(seen: DeploySeen): Item {
  const found = regionOf(seen);
  if (found !== undefined) return { name: "AWS region", ...lookAtRegion(found) };
  const missing = "None is named, and the photos would go to the one that SST takes. Set AWS_REGION, for example to eu-central-1.";
  return { name: "AWS region", state: "missing", detail: missing };
}

function regionOf({ env, profiles }: DeploySeen): string | undefined {
  return env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? profiles[env["AWS_PROFILE"] ?? "default"]?.["region"];
}

function neon({ env }: DeploySeen): Item {
  const missing = "It is missing. Make one at https://console.neon.tech/app/settings/api-keys and set NEON_API_KEY.";
  return item("Neon API key", "NEON_API_KEY" in env, "NEON_API_KEY is set", missing);
}

function cloudflareToken({ env }: DeploySeen): Item {
  const rights =
    "Workers Scripts, Workers R2 Storage, Queues, Account API Tokens (each: Edit), and for the zone of the domain: Workers Routes, DNS (Edit), Zone (Read)";
  const missing = `It is missing. Make one at https://dash.cloudflare.com/profile/api-tokens with ${rights}, and set CLOUDFLARE_API_TOKEN.`;
  return item("Cloudflare API token", "CLOUDFLARE_API_TOKEN" in env, `CLOUDFLARE_API_TOKEN is set; it needs ${rights}`, missing);
}

function cloudflareAccount({ env }: DeploySeen): Item {
  const id = env["CLOUDFLARE_DEFAULT_ACCOUNT_ID"];
  const how = "It stands in the address of the dashboard: set CLOUDFLARE_DEFAULT_ACCOUNT_ID to its 32 digits, 0 to 9 and a to f.";
  if (id === undefined) return item("Cloudflare account", false, "", `It is missing. ${how}`);
  return item("Cloudflare account", /^[\da-f]{32}$/u.test(id), id, `"${id}" is no account of Cloudflare's. ${how}`, "wrong");
}

function domain({ env }: DeploySeen, edge: string): Item {
  const name = env["TINTYPE_DOMAIN"];
  if (name === undefined && edge !== "cloudflare") {
    return { name: "Domain", state: "note", detail: "TINTYPE_DOMAIN is not set: Tintype answers at an address of CloudFront's." };
  }
  if (name === undefined) return item("Domain", false, "", "TINTYPE_DOMAIN is missing. Set it to a name in a zone of the account.");
  const zone = edge === "cloudflare" ? "its zone must be in the Cloudflare account" : "its zone must be in Route 53 of the AWS account";
  const wrong = `TINTYPE_DOMAIN is "${name}". It is a name alone, such as photos.example.org: no https://, no path, no capitals.`;
  return item("Domain", DOMAIN.test(name), `${name}; ${zone}`, wrong, "wrong");
}

function numberOf({ env }: DeploySeen, setting: (typeof SETTINGS)[number]): Item {
  const { name, least, most, set, unset } = setting;
  const text = env[name] ?? "";
  if (text === "") return { name, state: "note", detail: unset };
  const range = most === Infinity ? `${least} or more` : `${least} to ${most}`;
  return item(name, isWithin(text, setting), `${text} ${set}`, `It is "${text}". It is a whole number, ${range}.`, "wrong");
}

/** What decides whether it works and cannot be seen without asking the clouds. */
function notes(seen: DeploySeen, stage: string, edge: string): Item[] {
  const { env } = seen;
  const secrets = SECRETS.map((secret): Item => {
    const [name] = secret;
    if (`SST_SECRET_${name}` in env) return { name, state: "there", detail: `SST_SECRET_${name} is set` };
    return {
      name,
      state: "note",
      detail: `It cannot be seen from here. Once for each stage, and never again: ${setSecret(secret, stage)}`,
    };
  });
  const email = {
    name: "E-mail",
    detail: "AWS writes to the address of AlarmEmail first to have it confirmed; no alarm comes before that.",
  };
  const ingestConcurrency = isWithin(env[INGEST.name] ?? "", INGEST) ? Number(env[INGEST.name]) : INGEST.usual;
  const told = [...quotasOf({ edge, ingestConcurrency, region: regionOf(seen), stage }), email];
  return [...secrets, ...told.map((one): Item => ({ ...one, state: "note" }))];
}

function isWithin(text: string, { least, most }: { least: number; most: number }): boolean {
  return /^\d+$/u.test(text) && Number(text) >= least && Number(text) <= most;
}

function item(name: string, isThere: boolean, detail: string, problem: string, state: "missing" | "wrong" = "missing"): Item {
  return isThere ? { name, state: "there", detail } : { name, state, detail: problem };
}
