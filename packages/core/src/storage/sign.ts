import { type _HMAC as Hmac, hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** Where and as whom to sign. `endpoint` is an origin, perhaps with a path; `pathStyle` puts the bucket into the path, not the host name. */
export type SignOptions = {
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  pathStyle: boolean;
};

/** A request to sign. Names of `headers` are lower-case, and they must be sent exactly so. */
export type SignRequest = {
  method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
  key: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  /** Seconds. */
  expiresIn: number;
  at: Date;
};

const ALGORITHM = "AWS4-HMAC-SHA256";
/** AWS accepts no longer life, in seconds. */
export const MAX_EXPIRY = 7 * 24 * 3600;

/** One for all: a timeline's page has 250 URLs, and takes two of each. */
const encoder = new TextEncoder();
/** Of nothing yet. */
const FRESH = sha256.create();

/** An HMAC that has taken in what comes first. */
type Begun = Hmac<typeof FRESH>;

type Pair = readonly [name: string, value: string];

/**
 * A synchronous signer of S3 URLs (AWS Signature Version 4 in the query, payload unsigned): ~10 µs each, because the day's key and what
 * all URLs of one moment share are kept. The same input gives the same URL. Throws RangeError for an expiry above `MAX_EXPIRY`.
 */
export function createUrlSigner(options: SignOptions): (request: SignRequest) => string {
  const { protocol, host, base } = address(options);
  const hmacOfDay = rememberLast((day) => hmac.create(sha256, signingKey(options.secretAccessKey, day, options.region)));
  const hostOnly: readonly Pair[] = [["host", host]];

  const shared = rememberLast((id) => {
    const [at = "", expiresIn = "", names = ""] = id.split(" ");
    const time = new Date(Number(at)).toISOString().replaceAll(/[-:]|\.\d{3}/gu, "");
    const scope = `${time.slice(0, 8)}/${options.region}/s3/aws4_request`;
    const parameters = {
      "X-Amz-Algorithm": ALGORITHM,
      "X-Amz-Credential": `${options.accessKeyId}/${scope}`,
      "X-Amz-Date": time,
      "X-Amz-Expires": expiresIn,
      ...(options.sessionToken !== undefined && { "X-Amz-Security-Token": options.sessionToken }),
      "X-Amz-SignedHeaders": names,
    };
    const pairs = encodePairs(parameters);
    const begun: Begun = hmacOfDay(time.slice(0, 8))
      .clone()
      .update(encoder.encode(`${ALGORITHM}\n${time}\n${scope}\n`));
    const searchWith = rememberLast((query) => joinPairs([...pairs, ...encodePairs(asQuery(query))]));
    return { search: joinPairs(pairs), searchWith, signatureOf: signs(begun) };
  });

  return ({ method, key, query, headers, expiresIn, at }) => {
    if (expiresIn > MAX_EXPIRY) throw new RangeError(`A signed URL lives at most ${MAX_EXPIRY} s.`);
    const signed = headers ? [...Object.entries(headers), ...hostOnly].toSorted(byName) : hostOnly;
    const names = signed.map(([name]) => name).join(";");
    const common = shared(`${at.getTime()} ${expiresIn} ${names}`);
    const path = `${base}/${encodePath(key)}`;
    const search = query ? common.searchWith(JSON.stringify(query)) : common.search;
    const lines = signed.map(([name, value]) => `${name}:${value.trim().replaceAll(/ +/gu, " ")}\n`).join("");
    const canonical = `${method}\n${path}\n${search}\n${lines}\n${names}\nUNSIGNED-PAYLOAD`;
    return `${protocol}//${host}${path}?${search}&X-Amz-Signature=${common.signatureOf(canonical)}`;
  };
}

/**
 * The signature of a canonical request, by an HMAC that has taken in what comes before its hash. Both hashes are used anew each time: with new
 * ones, each with its buffer and its view, a signature takes a fifth longer.
 */
function signs(begun: Begun): (canonical: string) => string {
  const [hash, mac, out] = [FRESH.clone(), begun.clone(), new Uint8Array(FRESH.outputLen)];
  return (canonical) => {
    // oxlint-disable no-underscore-dangle -- documented by noble for what is made again and again
    FRESH._cloneInto(hash).update(encoder.encode(canonical)).digestInto(out);
    const hashed = encoder.encode(bytesToHex(out));
    begun._cloneInto(mac).update(hashed).digestInto(out);
    // oxlint-enable no-underscore-dangle
    return bytesToHex(out);
  };
}

/** Guarantee: it is a query of a request, written by the line that asks. */
function asQuery(json: string): Readonly<Record<string, string>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return JSON.parse(json) as Readonly<Record<string, string>>;
}

function address({ endpoint, bucket, pathStyle }: SignOptions): { protocol: string; host: string; base: string } {
  const { protocol, host, pathname } = new URL(endpoint);
  const prefix = pathname.replace(/\/$/u, "");
  if (!pathStyle) return { protocol, host: `${bucket}.${host}`, base: prefix };
  return { protocol, host, base: `${prefix}/${encode(bucket)}` };
}

function signingKey(secret: string, day: string, region: string): Uint8Array {
  return [day, region, "s3", "aws4_request"].reduce(
    (key, part) => hmac(sha256, key, encoder.encode(part)),
    encoder.encode(`AWS4${secret}`),
  );
}

/** RFC 3986 as AWS wants it: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, (char) => `%${char.codePointAt(0)?.toString(16).toUpperCase()}`);
}

function encodePath(key: string): string {
  return /^[\w/.~-]*$/u.test(key) ? key : key.split("/").map(encode).join("/");
}

function encodePairs(query: Readonly<Record<string, string>>): Pair[] {
  return Object.entries(query).map(([name, value]): Pair => [encode(name), encode(value)]);
}

function joinPairs(pairs: readonly Pair[]): string {
  return pairs
    .toSorted(byName)
    .map((pair) => pair.join("="))
    .join("&");
}

function byName([a]: Pair, [b]: Pair): number {
  return a < b ? -1 : 1;
}

function rememberLast<Out>(make: (input: string) => Out): (input: string) => Out {
  let last: { input: string; output: Out } | undefined;
  return (input) => {
    if (last?.input !== input) last = { input, output: make(input) };
    return last.output;
  };
}
