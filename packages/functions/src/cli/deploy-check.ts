import type { DeploySeen, OddLine, Profile } from "../adapters/deploy-look.ts";
import { accountOf } from "./deploy-account.ts";
import { type Form, FORMS, looksOf } from "./deploy-key.ts";
import { quotasOf } from "./deploy-quota.ts";
import { lookAtRegion } from "./deploy-region.ts";
import { faultsOf, NUMBERS, STAGE_NAME, strangers } from "./deploy-setting.ts";

/** One line of what was looked at: there, missing or wrong with what to do about it, or something to know that cannot be seen from here. */
export type Item = { name: string; state: "there" | "missing" | "wrong" | "note"; detail: string };

const NODE = [20, 20] as const;
const STAGE = /^[a-zA-Z0-9][a-zA-Z0-9-]*$/u;
/** What infra/ reads of `sst secret set`, each with a value to write there. */
const SECRETS = [["AlarmEmail", "you@example.org"]] as const;
/** What is so where a number is set, and where it is not. */
const NUMBERED = {
  TINTYPE_INGEST_CONCURRENCY: {
    set: "functions take in photos at once",
    unset: `not set: ${NUMBERS.TINTYPE_INGEST_CONCURRENCY.usual} functions take in photos at once`,
  },
  TINTYPE_COLD_AFTER_DAYS: {
    set: "days until originals on S3 go to Glacier Instant Retrieval",
    unset: "not set: originals stay in the standard class",
  },
  TINTYPE_BUDGET_USD: {
    set: "USD a month before AWS warns",
    unset: `not set: AWS warns of ${NUMBERS.TINTYPE_BUDGET_USD.usual} USD a month`,
  },
};

/** What a deployment of `stage` needs before `sst deploy`, one line each. Tells no secret. */
export function checkDeployment(seen: DeploySeen, stage: string): Item[] {
  const { TINTYPE_EDGE: edge = "aws" } = seen.env;
  const faults = faultsOf({ ...seen, stage });
  const onCloudflare = edge === "cloudflare" ? [cloudflareToken(seen), cloudflareAccount(seen)] : [];
  return [
    node(seen),
    sst(seen),
    stageOf(stage, faults),
    ...seen.odd.map(oddLine),
    edgeOf(edge, faults),
    aws(seen),
    region(seen),
    neon(seen),
    ...onCloudflare,
    domain(seen, edge, faults),
    ...Object.entries(NUMBERED).map(([name, told]) => numberOf(name, seen.env[name], { ...told, fault: faults.get(name) })),
    ...others(seen, faults),
  ].concat(notes(seen, stage, edge, faults));
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

function oddLine({ file, line }: OddLine): Item {
  const detail =
    line === undefined
      ? "It begins with a mark (BOM) that some editors write, and that makes another name of the first one. Save it as UTF-8 without it."
      : `Line ${line} is no assignment, and not everybody who reads it takes it for the same. Write it as NAME=value, or behind a # what is for people.`;
  return { name: file, state: "wrong", detail };
}

function stageOf(stage: string, faults: Faults): Item {
  const fault = faults.get(STAGE_NAME);
  if (fault !== undefined) return { name: "Stage", state: "wrong", detail: `It ${fault}` };
  const is = stage === "production" ? "it is protected, and its photos and database are kept" : "sst remove takes it away, photos and all";
  return item("Stage", STAGE.test(stage), `${stage}: ${is}`, `"${stage}" is no name of a stage: letters, digits and dashes.`, "wrong");
}

type Faults = ReturnType<typeof faultsOf>;

function edgeOf(edge: string, faults: Faults): Item {
  const where =
    edge === "aws" ? "aws: the API on Lambda, the photos on S3" : "cloudflare: the API in a Worker, the photos on R2, the rest on Lambda";
  return item("Edge", !faults.has("TINTYPE_EDGE"), where, `TINTYPE_EDGE ${faults.get("TINTYPE_EDGE")}`, "wrong");
}

function aws(seen: DeploySeen): Item {
  const account = accountOf(seen);
  if ("state" in account) return { name: "AWS credentials", ...account };
  const id = account.id === undefined ? "which account they are for cannot be seen from here" : `for the account ${account.id}`;
  return { name: "AWS credentials", state: "there", detail: `from ${account.from}, ${id}${account.also}` };
}

function region(seen: DeploySeen): Item {
  const { AWS_REGION: one, AWS_DEFAULT_REGION: other } = seen.env;
  const found = regionOf(seen);
  if (one !== undefined && other !== undefined && one !== other) {
    const both = `AWS_REGION is "${one}" and AWS_DEFAULT_REGION is "${other}". Photos stay where they are first deployed`;
    return { name: "AWS region", state: "wrong", detail: `${both}: set both to the same, or take one away.` };
  }
  if (found !== undefined) {
    const own = profileOf(seen)?.["region"];
    const { state, detail } = lookAtRegion(found);
    const also = own === undefined || own === found ? "" : `. The profile has ${own}, which is not used`;
    return { name: "AWS region", state, detail: `${detail}${also}` };
  }
  const missing = "None is named, and the photos would go to the one that SST takes. Set AWS_REGION, for example to eu-central-1.";
  return { name: "AWS region", state: "missing", detail: missing };
}

function regionOf(seen: DeploySeen): string | undefined {
  return seen.env["AWS_REGION"] ?? seen.env["AWS_DEFAULT_REGION"] ?? profileOf(seen)?.["region"];
}

function profileOf({ env, profiles }: DeploySeen): Profile | undefined {
  return profiles[env["AWS_PROFILE"] ?? "default"];
}

function neon({ env }: DeploySeen): Item {
  const missing = "It is missing. Make one at https://console.neon.tech/app/settings/api-keys and set NEON_API_KEY.";
  return keyOf("Neon API key", env, { variable: "NEON_API_KEY", form: FORMS.neon, missing, needs: "" });
}

function cloudflareToken({ env }: DeploySeen): Item {
  const rights =
    "Workers Scripts, Workers R2 Storage, Queues, Account API Tokens (each: Edit), and for the zone of the domain: Workers Routes, DNS (Edit), Zone (Read)";
  const missing = `It is missing. Make one at https://dash.cloudflare.com/profile/api-tokens with ${rights}, and set CLOUDFLARE_API_TOKEN.`;
  return keyOf("Cloudflare API token", env, {
    variable: "CLOUDFLARE_API_TOKEN",
    form: FORMS.cloudflare,
    missing,
    needs: `; it needs ${rights}`,
  });
}

type Key = { variable: string; form: Form; missing: string; needs: string };

function keyOf(name: string, env: DeploySeen["env"], { variable, form, missing, needs }: Key): Item {
  const key = env[variable];
  if (key === undefined) return { name, state: "missing", detail: missing };
  const looks = looksOf(form, key);
  if (looks?.state === "wrong") return { name, state: "wrong", detail: `${variable} ${looks.why}` };
  return looks
    ? { name, state: "note", detail: `${variable} ${looks.why}` }
    : { name, state: "there", detail: `${variable} is set${needs}` };
}

function cloudflareAccount({ env }: DeploySeen): Item {
  const id = env["CLOUDFLARE_DEFAULT_ACCOUNT_ID"];
  const how = "It stands in the address of the dashboard: set CLOUDFLARE_DEFAULT_ACCOUNT_ID to its 32 digits, 0 to 9 and a to f.";
  if (id === undefined) return item("Cloudflare account", false, "", `It is missing. ${how}`);
  return item("Cloudflare account", /^[\da-f]{32}$/u.test(id), id, `"${id}" is no account of Cloudflare's. ${how}`, "wrong");
}

function domain({ env }: DeploySeen, edge: string, faults: Faults): Item {
  const { TINTYPE_DOMAIN: name } = env;
  const fault = faults.get("TINTYPE_DOMAIN");
  if (fault !== undefined) return item("Domain", false, "", `TINTYPE_DOMAIN ${fault}`, name === undefined ? "missing" : "wrong");
  if (name === undefined) {
    return { name: "Domain", state: "note", detail: "TINTYPE_DOMAIN is not set: Tintype answers at an address of CloudFront's." };
  }
  const zone = edge === "cloudflare" ? "its zone must be in the Cloudflare account" : "its zone must be in Route 53 of the AWS account";
  return { name: "Domain", state: "there", detail: `${name}; ${zone}` };
}

function numberOf(name: string, text: string | undefined, told: { set: string; unset: string; fault: string | undefined }): Item {
  if (told.fault !== undefined) return { name, state: "wrong", detail: `It ${told.fault}` };
  return text === undefined ? { name, state: "note", detail: told.unset } : { name, state: "there", detail: `${text} ${told.set}` };
}

/** Variables that have no line of their own while all is well with them. */
function others(seen: DeploySeen, faults: Faults): Item[] {
  const own = [STAGE_NAME, "TINTYPE_EDGE", "TINTYPE_DOMAIN", ...Object.keys(NUMBERED)];
  const wrong = [...faults]
    .filter(([name]) => !own.includes(name))
    .map(([name, fault]): Item => ({ name, state: "wrong", detail: `It ${fault}` }));
  const strange = strangers(seen.env).map((name): Item => ({ name, state: "note", detail: "It is no setting, and nothing reads it." }));
  if (profileOf(seen)?.["endpoint_url"] === undefined) return [...wrong, ...strange];
  const detail = "The profile has one in ~/.aws/config, and a deployment would go to that address instead of AWS's. Take it away there.";
  return [...wrong, { name: "endpoint_url", state: "wrong", detail }, ...strange];
}

/** What decides whether it works and cannot be seen without asking the clouds. */
function notes(seen: DeploySeen, stage: string, edge: string, faults: Faults): Item[] {
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
  const { usual } = NUMBERS.TINTYPE_INGEST_CONCURRENCY;
  const isUsual = faults.has("TINTYPE_INGEST_CONCURRENCY") || env["TINTYPE_INGEST_CONCURRENCY"] === undefined;
  const ingestConcurrency = isUsual ? usual : Number(env["TINTYPE_INGEST_CONCURRENCY"]);
  const told = [...quotasOf({ edge, ingestConcurrency, region: regionOf(seen), stage }), email];
  return [...secrets, ...told.map((one): Item => ({ ...one, state: "note" }))];
}

function item(name: string, isThere: boolean, detail: string, problem: string, state: "missing" | "wrong" = "missing"): Item {
  return isThere ? { name, state: "there", detail } : { name, state, detail: problem };
}
