import type { IncomingMessage } from "node:http";
import { bytesOf, openBody } from "../body.ts";
import type { Call, Reply } from "../call.ts";
import type { DigestName } from "../checksum.ts";
import { S3Error } from "../error.ts";
import { etagOf } from "../etag.ts";
import { readForm } from "../form.ts";
import { checkPutHeaders, headerBytes, readMeta } from "../metadata.ts";
import { verifyPolicy } from "../policy.ts";
import type { Target } from "../request.ts";
import { mayTouch } from "../scope.ts";
import type { SignatureSettings } from "../sigv4.ts";
import { readTagHeader } from "../tag.ts";
import { document } from "../xml.ts";

type FormCall = Pick<Call, "disk" | "emit"> & { request: IncomingMessage; target: Target };

const MAX_FILE = 5 * 1024 ** 3;

/** Stores the file of a form that a browser posts, as far as the signed policy in the form allows it. */
export async function postObject(call: FormCall, settings: SignatureSettings): Promise<Reply> {
  const { disk, request, target } = call;
  const { bucket } = target;
  const form = await readForm(bytesOf(request), target.headers.get("content-type") ?? "");
  const key = (form.fields.get("key") ?? "").replaceAll("${filename}", () => form.fileName.replace(/^.*[/\\]/u, ""));
  if (key === "") throw new S3Error("InvalidArgument", "Bucket POST must contain a field named 'key'.");
  if (Buffer.byteLength(key) > 1024) throw new S3Error("KeyTooLongError");
  const { signed, limits } = verifyPolicy(new Map([...form.fields, ["bucket", bucket], ["key", key]]), settings);
  if (!mayTouch(signed.credential, bucket, key)) throw new S3Error("AccessDenied");
  if (!disk.index.bucket(bucket)) throw new S3Error("NoSuchBucket", undefined, { BucketName: bucket });

  const max = Math.min(limits.max, MAX_FILE);
  const headers = new Map([...form.fields].map(([name, value]) => [name, headerBytes(value)] as const));
  checkPutHeaders(headers);
  const { wanted, checksum, verify } = openBody(request, new Map([...headers, ["content-length", "0"]]), signed);
  const received = await disk.receive(form.file, new Set<DigestName>(["md5", ...wanted]), max);
  try {
    if (received.size > max) throw new S3Error("EntityTooLarge", undefined, { MaxSizeAllowed: String(max) });
    if (received.size < limits.min) throw new S3Error("EntityTooSmall", undefined, { MinSizeAllowed: String(limits.min) });
    verify(0, received.digests);
    const value = checksum && received.digests.get(checksum)?.toString("base64");
    const kept = checksum && value !== undefined ? { checksum: { name: checksum, value } } : {};
    const etag = etagOf(received.digests);
    const meta = { ...readMeta(headers), ...readTagHeader(headers), ...kept };
    const entry = await disk.commit(bucket, key, received, { etag, meta });
    call.emit("ObjectCreated:Post", bucket, key, entry);
    return success(call, form.fields, key, etag);
  } catch (error) {
    await disk.discard(received);
    throw error;
  }
}

function success({ target: { bucket, headers } }: FormCall, fields: ReadonlyMap<string, string>, key: string, etag: string): Reply {
  const location = `http://${headers.get("host") ?? ""}/${bucket}/${encodeURI(key)}`;
  const redirect = fields.get("success_action_redirect") ?? fields.get("redirect") ?? "";
  if (URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of [
      ["bucket", bucket],
      ["key", key],
      ["etag", `"${etag}"`],
    ] as const) {
      url.searchParams.append(name, value);
    }
    return { status: 303, headers: { location: url.href, etag: `"${etag}"` } };
  }
  const status = fields.get("success_action_status");
  const about = { etag: `"${etag}"`, location };
  if (status === "200") return { status: 200, headers: about };
  if (status !== "201") return { status: 204, headers: about };
  const body = document("PostResponse", { Location: location, Bucket: bucket, Key: key, ETag: `"${etag}"` }, "");
  return { status: 201, headers: { ...about, "content-type": "application/xml" }, body };
}
