import { S3Error } from "./error.ts";
import { hmac, parseAmzDate, sameSignature, type SignatureSettings, type Signed, signingKey } from "./sigv4.ts";

type Fields = ReadonlyMap<string, string>;
/** What the file may be long. */
export type Limits = { min: number; max: number };

const UNCHECKED = /^(?:x-amz-signature|x-ignore-.*|file|policy)$/u;

/**
 * Verifies the signature of a form's policy, its expiry, and that every field of the form keeps to a condition of it. `fields` must have
 * `bucket`, for which the policy needs a condition too, and the final `key`. Throws AccessDenied, SignatureDoesNotMatch or
 * InvalidPolicyDocument.
 */
export function verifyPolicy(fields: Fields, settings: SignatureSettings): { signed: Signed; limits: Limits } {
  const signed = verifyForm(fields, settings);
  const policy = parsePolicy(fields.get("policy") ?? "");
  if (!(settings.now() < policy.expiresAt)) throw new S3Error("AccessDenied", "Invalid according to Policy: Policy expired.");
  const limits = { min: 0, max: Number.POSITIVE_INFINITY };
  const covered = new Set<string>();
  for (const condition of policy.conditions) {
    const { operator, name, value } = condition;
    if (operator === "content-length-range") {
      Object.assign(limits, { min: condition.min, max: condition.max });
      continue;
    }
    covered.add(name);
    const given = fields.get(name) ?? "";
    if (!(operator === "eq" ? given === value : startsWith(name, given, value))) {
      throw new S3Error("AccessDenied", `Invalid according to Policy: Policy Condition failed: ["${operator}", "$${name}", "${value}"]`);
    }
  }
  const extra = [...fields.keys()].find((name) => !covered.has(name) && !UNCHECKED.test(name));
  if (extra !== undefined) throw new S3Error("AccessDenied", `Invalid according to Policy: Extra input fields: ${extra}`);
  return { signed, limits };
}

/** A content type with commas is a list, and each value in it must start so; a comma in any other field means nothing. */
function startsWith(name: string, given: string, prefix: string): boolean {
  return name === "content-type" ? given.split(",").every((item) => item.trim().startsWith(prefix)) : given.startsWith(prefix);
}

function verifyForm(fields: Fields, { credentials, region, maxClockSkew, now }: SignatureSettings): Signed {
  const policy = fields.get("policy");
  const [accessKeyId = "", ...scope] = (fields.get("x-amz-credential") ?? "").split("/");
  const date = fields.get("x-amz-date") ?? "";
  if (policy === undefined || fields.get("x-amz-algorithm") !== "AWS4-HMAC-SHA256" || scope.length !== 4) {
    throw new S3Error("AccessDenied", "A form needs a policy, and the fields of an AWS4-HMAC-SHA256 signature.");
  }
  const signedAt = parseAmzDate(date);
  if (scope[0] !== date.slice(0, 8) || scope[1] !== region || scope[2] !== "s3" || scope[3] !== "aws4_request" || Number.isNaN(signedAt)) {
    throw new S3Error("AccessDenied", "The credential scope of the form is not that of this server.");
  }
  if (signedAt - now() > maxClockSkew) throw new S3Error("AccessDenied", "Request is not valid yet");
  const credential = credentials.find((candidate) => candidate.accessKeyId === accessKeyId);
  if (!credential) throw new S3Error("InvalidAccessKeyId", undefined, { AWSAccessKeyId: accessKeyId });
  const key = signingKey(credential.secretAccessKey, scope);
  const signature = fields.get("x-amz-signature") ?? "";
  if (!sameSignature(hmac(key, policy), signature)) throw new S3Error("SignatureDoesNotMatch");
  return { credential, payload: "UNSIGNED-PAYLOAD", presigned: true, seed: { key, date, scope: scope.join("/"), signature } };
}

type Condition =
  | { operator: "eq" | "starts-with"; name: string; value: string }
  | { operator: "content-length-range"; name: ""; value: ""; min: number; max: number };

function parsePolicy(base64: string): { expiresAt: number; conditions: Condition[] } {
  const invalid = (message: string) => new S3Error("InvalidPolicyDocument", `Invalid Policy: ${message}`);
  const policy = parseJson(Buffer.from(base64, "base64").toString("utf8"));
  if (!isRecord(policy) || typeof policy["expiration"] !== "string" || !Array.isArray(policy["conditions"])) {
    throw invalid("it needs an expiration and conditions.");
  }
  const expiresAt = Date.parse(policy["expiration"]);
  if (Number.isNaN(expiresAt)) throw invalid("the expiration is no ISO 8601 time.");
  const list: unknown[] = policy["conditions"];
  const conditions = list.flatMap(parseCondition);
  if (conditions.includes(undefined)) throw invalid("a condition is not of a known form.");
  return { expiresAt, conditions: conditions.filter((condition) => condition !== undefined) };
}

function parseCondition(condition: unknown): (Condition | undefined)[] {
  if (Array.isArray(condition)) {
    const parts: readonly unknown[] = condition;
    const [operator, name, value] = parts;
    if (operator === "content-length-range" && Number.isInteger(Number(name)) && Number.isInteger(Number(value))) {
      return [{ operator, name: "", value: "", min: Number(name), max: Number(value) }];
    }
    if ((operator !== "eq" && operator !== "starts-with") || typeof name !== "string" || typeof value !== "string") return [undefined];
    return name.startsWith("$") ? [{ operator, name: name.slice(1).toLowerCase(), value }] : [undefined];
  }
  if (!isRecord(condition)) return [undefined];
  return Object.entries(condition).map(([name, value]) =>
    typeof value === "string" ? { operator: "eq", name: name.toLowerCase(), value } : undefined,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new S3Error("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.");
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
