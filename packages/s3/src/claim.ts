import { S3Error } from "./error.ts";
import type { Target } from "./request.ts";

/** What a request says of its signature, not yet verified. `date` is of the form `YYYYMMDDTHHMMSSZ`. */
export type Claim = {
  accessKeyId: string;
  scope: string[];
  signedHeaders: string[];
  signature: string;
  date: string;
  payload: string;
  presigned: boolean;
};

export const ALGORITHM = "AWS4-HMAC-SHA256";
const WEEK_SECONDS = 604_800;

/** What the Authorization header says. */
export function claimOfHeader({ headers }: Target): Claim {
  const header = headers.get("authorization");
  if (header === undefined) throw new S3Error("AccessDenied", "Anonymous access is not allowed: sign the request with AWS4-HMAC-SHA256.");
  if (!header.startsWith(ALGORITHM)) {
    throw new S3Error("InvalidRequest", `The authorization mechanism that you provided is not supported. Please use ${ALGORITHM}.`);
  }
  const fields = new Map(
    header
      .slice(ALGORITHM.length)
      .split(",")
      .map((field) => {
        const equals = field.indexOf("=");
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const;
      }),
  );
  const [accessKeyId, ...scope] = splitCredential(fields.get("Credential"), "AuthorizationHeaderMalformed");
  const signature = fields.get("Signature");
  const signedHeaders = fields.get("SignedHeaders");
  if (!signature || !signedHeaders) throw new S3Error("AuthorizationHeaderMalformed");
  const payload = headers.get("x-amz-content-sha256");
  if (payload === undefined) throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(";"), signature, date: dateOf(headers), payload, presigned: false };
}

/** What the query of a presigned URL says. */
export function claimOfQuery({ query, headers }: Target): Claim {
  const malformed = (message: string) => new S3Error("AuthorizationQueryParametersError", message);
  const read = (name: string): string => {
    const value = query.get(name);
    if (value === undefined || value === "") throw malformed(`Query-string authentication needs the parameter ${name}.`);
    return value;
  };
  if (headers.has("authorization")) {
    throw new S3Error("InvalidArgument", "Only one auth mechanism allowed: the query or the Authorization header.");
  }
  if (read("X-Amz-Algorithm") !== ALGORITHM) throw malformed(`X-Amz-Algorithm only supports ${ALGORITHM}.`);
  const [accessKeyId, ...scope] = splitCredential(read("X-Amz-Credential"), "AuthorizationQueryParametersError");
  const expires = Number(read("X-Amz-Expires"));
  if (!Number.isInteger(expires) || expires < 1 || expires > WEEK_SECONDS) {
    throw malformed(`X-Amz-Expires must be a number of seconds between 1 and ${WEEK_SECONDS} (a week).`);
  }
  const signedHeaders = read("X-Amz-SignedHeaders").split(";");
  const inHeader = signedHeaders.includes("x-amz-content-sha256") ? headers.get("x-amz-content-sha256") : undefined;
  const payload = inHeader ?? query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD";
  return { accessKeyId, scope, signedHeaders, signature: read("X-Amz-Signature"), date: read("X-Amz-Date"), payload, presigned: true };
}

function splitCredential(
  text: string | undefined,
  code: "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError",
): [string, ...string[]] {
  const parts = (text ?? "").split("/");
  const accessKeyId = parts.slice(0, -4).join("/");
  if (parts.length < 5 || accessKeyId === "") {
    throw new S3Error(code, "The Credential must be <access key>/<date>/<region>/s3/aws4_request.");
  }
  return [accessKeyId, ...parts.slice(-4)];
}

function dateOf(headers: ReadonlyMap<string, string>): string {
  const date = headers.get("x-amz-date");
  if (date !== undefined) return date;
  const parsed = new Date(headers.get("date") ?? "");
  if (Number.isNaN(parsed.getTime())) throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header.");
  return parsed.toISOString().replaceAll(/[-:]|\.\d{3}/gu, "");
}
