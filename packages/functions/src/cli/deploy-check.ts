import type { DeploySeen } from "../adapters/deploy-look.ts";
import { accountOf } from "./deploy-account.ts";

/** One line of what was looked at: there, missing with what to do about it, or something to know that cannot be seen from here. */
export type Item = { name: string; state: "there" | "missing" | "note"; detail: string };

const NODE = [20, 20] as const;
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/u;
const STAGE = /^[a-zA-Z0-9][a-zA-Z0-9-]*$/u;
const DOMAIN = /^(?!.*\.\d+$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/u;
const EDGES = ["aws", "cloudflare"];
/** What else may be set, as infra/setting.ts reads it: a whole number from `least` to `most`. `unset` is what is so when it is not. */
const SETTINGS = [
  {
    name: "TINTYPE_INGEST_CONCURRENCY",
    least: 2,
    most: 1000,
    set: "functions take in photos at once; jobs take two more, and people need some too",
    unset: "not set: 5 functions take in photos at once, which leaves a new AWS account three to answer people with",
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
  return item("Node", isEnough, version, `${version} is too old. Install ${NODE.join(".")} or newer.`);
}

function sst({ sst: { pinned, installed } }: DeploySeen): Item {
  const is =
    installed === undefined ? "It is not installed for this system" : `${installed} is installed, and ${pinned} is the one that fits`;
  return item("SST", installed === pinned, pinned, `${is}. Run: npm ci`);
}

function stageOf(stage: string): Item {
  const is = stage === "production" ? "it is protected, and its photos and database are kept" : "sst remove takes it away, photos and all";
  return item("Stage", STAGE.test(stage), `${stage}: ${is}`, `"${stage}" is no name of a stage: letters, digits and dashes.`);
}

function edgeOf(edge: string): Item {
  const where =
    edge === "aws" ? "aws: the API on Lambda, the photos on S3" : "cloudflare: the API in a Worker, the photos on R2, the rest on Lambda";
  return item("Edge", EDGES.includes(edge), where, `TINTYPE_EDGE is "${edge}". Set it to aws or cloudflare.`);
}

function aws(seen: DeploySeen): Item {
  const account = accountOf(seen);
  const { AWS_PROFILE: profile } = seen.env;
  const missing =
    profile === undefined
      ? "There are none. Sign in with `aws configure sso`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
      : `AWS_PROFILE is "${profile}", and ~/.aws has no credentials of that name. Run: aws configure sso --profile ${profile}`;
  const id = account?.id === undefined ? "which account they are for cannot be seen from here" : `for the account ${account.id}`;
  return item("AWS credentials", account !== undefined, `from ${account?.from}, ${id}`, missing);
}

function region({ env, profiles }: DeploySeen): Item {
  const profile = profiles[env["AWS_PROFILE"] ?? "default"];
  const found = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"] ?? profile?.["region"];
  const missing = "None is named, and the photos would go to the one that SST takes. Set AWS_REGION, for example to eu-central-1.";
  return item(
    "AWS region",
    REGION.test(found ?? ""),
    String(found),
    found === undefined ? missing : `"${found}" is no region of AWS. Set AWS_REGION.`,
  );
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
  const missing =
    "It is missing, or is none. It stands in the address of the dashboard: set CLOUDFLARE_DEFAULT_ACCOUNT_ID to its 32 digits.";
  return item("Cloudflare account", /^[\da-f]{32}$/u.test(id ?? ""), String(id), missing);
}

function domain({ env }: DeploySeen, edge: string): Item {
  const name = env["TINTYPE_DOMAIN"];
  if (name === undefined && edge !== "cloudflare") {
    return { name: "Domain", state: "note", detail: "TINTYPE_DOMAIN is not set: Tintype answers at an address of CloudFront's." };
  }
  if (name === undefined) return item("Domain", false, "", "TINTYPE_DOMAIN is missing. Set it to a name in a zone of the account.");
  const zone = edge === "cloudflare" ? "its zone must be in the Cloudflare account" : "its zone must be in Route 53 of the AWS account";
  const wrong = `TINTYPE_DOMAIN is "${name}". It is a name alone, such as photos.example.org: no https://, no path, no capitals.`;
  return item("Domain", DOMAIN.test(name), `${name}; ${zone}`, wrong);
}

function numberOf({ env }: DeploySeen, { name, least, most, set, unset }: (typeof SETTINGS)[number]): Item {
  const text = env[name] ?? "";
  if (text === "") return { name, state: "note", detail: unset };
  const isRight = /^\d+$/u.test(text) && Number(text) >= least && Number(text) <= most;
  const range = most === Infinity ? `${least} or more` : `${least} to ${most}`;
  return item(name, isRight, `${text} ${set}`, `It is "${text}". It is a whole number, ${range}.`);
}

/** What decides whether it works and cannot be seen without asking the clouds. */
function notes({ env }: DeploySeen, stage: string, edge: string): Item[] {
  const note = (name: string, detail: string): Item => ({ name, state: "note", detail });
  const set = (secret: string, value: string): Item =>
    `SST_SECRET_${secret}` in env
      ? { name: secret, state: "there", detail: `SST_SECRET_${secret} is set` }
      : note(
          secret,
          `It cannot be seen from here. Once for each stage, and never again: npx sst secret set ${secret} ${value} --stage ${stage}`,
        );
  return [
    set("AlarmEmail", "you@example.org"),
    note(
      "Lambda",
      "A new AWS account runs 10 functions at once, all of Tintype together. Ask for 1000 under Service Quotas, AWS Lambda, Concurrent executions.",
    ),
    note("SQS", "It needs nothing: 120,000 messages may be in work at once, and each function that takes in photos takes 5."),
    note(
      "Neon",
      "The free plan keeps 0.5 GB, which is about 340,000 photos, and computes 400 hours a month at the smallest size (100 CU-hours). After that it suspends the database until the next month, or until you upgrade.",
    ),
    note("E-mail", "AWS writes to the address of AlarmEmail first to have it confirmed; no alarm comes before that."),
    ...(edge === "cloudflare"
      ? [
          note("R2", "It must be switched on in the dashboard once, which asks for a card."),
          note("Workers", "The free plan answers 100,000 requests a day with 10 ms of processor each."),
        ]
      : []),
  ];
}

function item(name: string, isThere: boolean, detail: string, missing: string): Item {
  return isThere ? { name, state: "there", detail } : { name, state: "missing", detail: missing };
}
