import { type Check, checksOf } from "./check.ts";
import { finding, type Finding, type FindingCode } from "./finding.ts";
import {
  codeOf,
  isBeyondUs,
  isGood,
  isHidden,
  isLocal,
  type Look,
  type Observations,
  type Reply,
  SKEW_MS,
  trialWords,
  words,
} from "./observation.ts";

/** Each thing that was tried, and the causes of what is wrong. */
export type Diagnosis = { checks: Check[]; findings: Finding[] };

const KEYS = new Set(["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidAccessKey", "NoSuchKeyId", "XMinioInvalidAccessKeyId"]);
const FULL = new Set(["InsufficientStorage", "StorageFull", "XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded"]);

/** The trouble of the store itself, whatever way leads to it. */
const OF_STORE: ReadonlySet<FindingCode> = new Set(["clock", "wrong-keys", "no-bucket", "no-rights", "store-full", "store-failing"]);

/**
 * The causes of what was seen, the most likely first, each without its consequences; none when all is well. And each thing that was tried, in
 * words.
 */
export function diagnose(seen: Observations): Diagnosis {
  const store = storeTrouble(seen.store);
  const findings = [databaseTrouble(seen), store, skewed(seen, store), ...publicTrouble(seen, store), ...hookTrouble(seen, store)];
  return { checks: checksOf(seen), findings: findings.filter((each) => each !== undefined) };
}

function databaseTrouble({ database: { failure } }: Observations): Finding | undefined {
  if (failure === undefined) return undefined;
  return finding(failure.why === "denied" ? "database-denied" : "database-away", [`Postgres: ${failure.detail}`]);
}

/** What is wrong at one endpoint: the first link of the chain that is broken, for everything behind it breaks with it. */
function storeTrouble(look: Look): Finding | undefined {
  const { endpoint, list, skewMs = 0 } = look;
  const steps = { listing: list, writing: look.put, reading: look.get, "reading a range": look.range };
  for (const [step, reply] of Object.entries(steps)) {
    if (reply === undefined || isGood(reply)) continue;
    const evidence = [`${endpoint}, ${step}: ${words(reply)}`];
    if ("why" in reply) return finding(reply.why === "broken" ? "store-away" : SILENCES[reply.why], evidence);
    if (reply.code === "NotS3") return finding(reply.status >= 500 ? "store-failing" : "not-s3", evidence);
    if (reply.code === "ClockSkew" || reply.code === "RequestTimeTooSkewed") return finding("clock", [...evidence, ...skewWords(look)]);
    return refused(look, reply, evidence) ?? finding(Math.abs(skewMs) > SKEW_MS ? "clock" : "store-failing", evidence);
  }
  return undefined;
}

const SILENCES = { name: "store-name", refused: "store-away", silent: "store-away", certificate: "certificate" } as const;

/** What an S3 store means by refusing. */
function refused(look: Look, { status, code }: { status: number; code: string }, evidence: readonly string[]): Finding | undefined {
  const { acceptedFor, endpoint } = look;
  const path = pathOf(endpoint);
  const about = path === "" ? evidence : [...evidence, `The address has the path ${path}`];
  if (acceptedFor && "path" in acceptedFor) return finding("sub-path", [...about, `A signature for ${acceptedFor.path} is accepted`]);
  if (acceptedFor) {
    return finding("host-rewritten", [...evidence, `A signature for the host ${acceptedFor.host} is accepted`], PASS_HOST);
  }
  // The rest of the path is taken for a bucket, or for a key in one.
  if (path !== "" && status < 500) return finding("sub-path", about);
  if (KEYS.has(code)) return finding("wrong-keys", evidence);
  if (code === "NoSuchBucket") return finding("no-bucket", evidence);
  if (FULL.has(code) || status === 507) return finding("store-full", evidence);
  return code === "AccessDenied" || status === 403 ? finding("no-rights", evidence) : undefined;
}

const PASS_HOST = ["proxy_set_header Host $http_host;"];

function skewed(seen: Observations, store: Finding | undefined): Finding | undefined {
  if (store?.code === "clock") return undefined;
  const evidence = [...skewWords(seen.store), ...skewWords({ endpoint: "Postgres", ...seen.database })];
  return evidence.length > 0 ? finding("clock", evidence) : undefined;
}

function skewWords({ endpoint, skewMs = 0 }: Pick<Look, "endpoint" | "skewMs">): string[] {
  if (Math.abs(skewMs) <= SKEW_MS) return [];
  const minutes = Math.round(Math.abs(skewMs) / 6_000) / 10;
  return [`The clock of ${endpoint} is ${minutes} minutes ${skewMs > 0 ? "ahead of" : "behind"} Tintype's`];
}

/** What is wrong on the way from browsers to the store. */
function publicTrouble(seen: Observations, store: Finding | undefined): Finding[] {
  const through = bodyCap(seen.settings.publicUrl, seen.throughUs);
  const forward = through === undefined && store === undefined ? forwardTrouble(seen) : undefined;
  const way = [...wayTrouble(seen, store), through, forward].filter((each) => each !== undefined);
  return way.filter(({ code, evidence }, i) => way.findIndex((other) => other.code === code && other.evidence[0] === evidence[0]) === i);
}

function wayTrouble(seen: Observations, store: Finding | undefined): (Finding | undefined)[] {
  const address = addressTrouble(seen);
  if (address) return [address];
  const isSame = seen.settings.endpoint === seen.settings.publicEndpoint;
  const cors = corsTrouble(seen);
  // Where only browsers get to, what shuts them out is why they get no answer.
  const isTold = isSame || isBeyondUs(seen) || (cors !== undefined && isHidden(seen));
  const found = isTold ? undefined : publicFinding(seen.public, store);
  const cap = bodyCap(seen.settings.publicEndpoint, seen.public.large);
  const others = [found, cors, cap, originTrouble(seen)];
  return others.some((each) => each !== undefined) || store ? others : [blocked(seen)];
}

/** At the public endpoint only what is not the store's own trouble. */
function publicFinding(look: Look, store: Finding | undefined): Finding | undefined {
  const found = storeTrouble(look);
  if (found === undefined) return store === undefined ? otherStore(look) : undefined;
  if (store !== undefined && (OF_STORE.has(found.code) || found.code === store.code)) return undefined;
  if ("why" in look.list) return found;
  if (found.code === "wrong-keys" && codeOf(look.list) === "SignatureDoesNotMatch") {
    return finding("host-rewritten", [...found.evidence, "The same keys are accepted at S3_ENDPOINT"], PASS_HOST);
  }
  const isElsewhere = OF_STORE.has(found.code) && found.code !== "clock" && found.code !== "store-failing";
  return isElsewhere || codeOf(look.get) === "OtherBytes" ? finding("other-store", found.evidence) : found;
}

function otherStore({ endpoint, own }: Look): Finding | undefined {
  if (own === undefined || isGood(own)) return undefined;
  return finding("other-store", [`What was written at ${endpoint} is not at S3_ENDPOINT: ${words(own)}`]);
}

/** What the settings alone say. */
function addressTrouble({ settings: { publicUrl, publicEndpoint } }: Observations): Finding | undefined {
  const [page, store] = [new URL(publicUrl), new URL(publicEndpoint)];
  const evidence = [`PUBLIC_URL is ${publicUrl}`, `Browsers are sent to ${publicEndpoint}`];
  const here = `${page.protocol}//${isLocal(page.hostname) ? "…" : page.hostname}`;
  const port = store.port === "" ? "" : `:${store.port}`;
  if (isLocal(store.hostname) && !isLocal(page.hostname)) return finding("public-local", evidence, [`S3_PUBLIC_ENDPOINT=${here}${port}`]);
  if (isInternal(store.hostname) && !isInternal(page.hostname)) {
    return finding("public-internal", evidence, [`S3_PUBLIC_ENDPOINT=${here}${port}`]);
  }
  const isMixed = page.protocol === "https:" && store.protocol === "http:" && !isLocal(store.hostname);
  return isMixed ? finding("mixed-content", evidence, [`S3_PUBLIC_ENDPOINT=https://${store.hostname}`]) : undefined;
}

/** Names without a dot are known to a compose network, or to one's own LAN at most. */
function isInternal(hostname: string): boolean {
  if (isLocal(hostname)) return false;
  return !/[.:]/u.test(hostname) || hostname.endsWith(".internal") || hostname.endsWith(".svc.cluster.local");
}

function corsTrouble(seen: Observations): Finding | undefined {
  const { settings } = seen;
  const { list, preflight } = isHidden(seen) ? seen.store : seen.public;
  if ("why" in list || codeOf(list) === "NotS3" || preflight === undefined || codeOf(preflight) !== "NotAllowed") return undefined;
  const evidence = [`${settings.publicEndpoint} answers the preflight of a page of ${settings.publicUrl} ${words(preflight)}`];
  return finding("cors", evidence, [`MINIO_API_CORS_ALLOW_ORIGIN=${settings.publicUrl}`]);
}

function bodyCap(address: string, reply: Reply | undefined): Finding | undefined {
  if (reply === undefined || "why" in reply || reply.status !== 413) return undefined;
  return finding("body-cap", [`${address} refuses 64 MiB: ${words(reply)}`], ["client_max_body_size 0;", "proxy_request_buffering off;"]);
}

function originTrouble({ browser, settings: { publicUrl } }: Observations): Finding | undefined {
  if (browser === undefined || browser.origin === publicUrl) return undefined;
  return finding("other-origin", [`The page is at ${browser.origin}`, `PUBLIC_URL is ${publicUrl}`], [`PUBLIC_URL=${browser.origin}`]);
}

/** The browser alone has trouble that our server does not have. */
function blocked({ browser, settings: { publicEndpoint } }: Observations): Finding | undefined {
  const failed = browser?.direct?.failed;
  if (failed === undefined) return undefined;
  return finding("browser-blocked", [`${publicEndpoint} from this browser, ${trialWords(failed)}`]);
}

function forwardTrouble({ browser, settings: { publicUrl } }: Observations): Finding | undefined {
  const failed = browser?.sameOrigin?.failed;
  if (failed === undefined) return undefined;
  return finding("forward-blocked", [`${publicUrl}/store from this browser, ${trialWords(failed)}`]);
}

function hookTrouble({ hook, database, settings }: Observations, store: Finding | undefined): Finding[] {
  const { target, isTold, refusedAt = 0, seenAt = 0 } = hook;
  if (target === undefined || isTold !== false || store !== undefined || database.failure !== undefined) return [];
  if (refusedAt > seenAt) {
    return [
      finding("hook-token", [`The bucket tells ${target}`, `A message was refused ${new Date(refusedAt).toISOString()}`], TOKEN_LINES),
    ];
  }
  const last = seenAt === 0 ? "No message ever came" : `The last message came ${new Date(seenAt).toISOString()}`;
  return [
    finding(
      "hook-silent",
      [`The bucket tells ${target}`, last],
      [`MINIO_NOTIFY_WEBHOOK_ENDPOINT_TINTYPE=${settings.publicUrl}/api/hooks/store`],
    ),
  ];
}

/** The token itself is a secret; this makes it from another one, in a shell that has that. */
const TOKEN_LINES = [
  `MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_TINTYPE=$(printf 'tintype webhook' | openssl dgst -sha256 -hmac "$S3_SECRET_ACCESS_KEY" -binary | basenc --base64url | tr -d =)`,
];

/** The path of an address; empty for none. */
function pathOf(endpoint: string): string {
  return new URL(endpoint).pathname.replace(/\/$/u, "");
}
