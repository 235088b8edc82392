import { readDocument } from "../body.ts";
import type { Call, Operation, Reply } from "../call.ts";
import { type ErrorCode, S3Error } from "../error.ts";
import { OWNER, xmlReply } from "../reply.ts";
import { parseTags, tagSet } from "../tag.ts";
import { childText, parseXml } from "../xml.ts";
import { omit } from "../omit.ts";
import { amendSetting } from "./bucket.ts";

/** What clients ask of a bucket that has none of it: the answer that they take for "not set". */
const UNSET: Readonly<Record<string, ErrorCode>> = {
  encryption: "ServerSideEncryptionConfigurationNotFoundError",
  lifecycle: "NoSuchLifecycleConfiguration",
  "object-lock": "ObjectLockConfigurationNotFoundError",
  ownershipControls: "OwnershipControlsNotFoundError",
  policy: "NoSuchBucketPolicy",
  policyStatus: "NoSuchBucketPolicy",
  publicAccessBlock: "NoSuchPublicAccessBlockConfiguration",
  replication: "ReplicationConfigurationNotFoundError",
  website: "NoSuchWebsiteConfiguration",
};

const EMPTY: Readonly<Record<string, Reply>> = {
  accelerate: xmlReply("AccelerateConfiguration", ""),
  logging: xmlReply("BucketLoggingStatus", ""),
  requestPayment: xmlReply("RequestPaymentConfiguration", { Payer: "BucketOwner" }),
  versioning: xmlReply("VersioningConfiguration", ""),
};

/** The operation of a GET for something about a bucket, if it is a known one. */
export function getSubresource(name: string): Operation | undefined {
  if (name === "acl") return getAcl;
  if (name === "tagging") return getBucketTagging;
  const code = Object.hasOwn(UNSET, name) ? UNSET[name] : undefined;
  if (code) return () => Promise.reject(new S3Error(code));
  const reply = Object.hasOwn(EMPTY, name) ? EMPTY[name] : undefined;
  return reply && (() => Promise.resolve(reply));
}

/** Everything is the owner's alone. */
export async function getAcl(): Promise<Reply> {
  const grantee = { ID: OWNER.ID, DisplayName: OWNER.DisplayName };
  return xmlReply("AccessControlPolicy", {
    Owner: OWNER,
    AccessControlList: {
      Grant: {
        'Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"': grantee,
        Permission: "FULL_CONTROL",
      },
    },
  });
}

/** Takes an ACL that says what is so anyway, and refuses any other. */
export async function putAcl({ target: { headers }, request, signed }: Call): Promise<Reply> {
  const text = await readDocument(request, headers, signed);
  const canned = headers.get("x-amz-acl") ?? (text.trim() === "" ? "" : "private");
  if (canned !== "private" || /AllUsers|AuthenticatedUsers/u.test(text)) throw new S3Error("AccessControlListNotSupported");
  return { status: 200 };
}

/** Suspending what was never on is fine; turning it on is not possible. */
export async function putBucketVersioning({ target: { headers }, request, signed }: Call): Promise<Reply> {
  const status = childText(parseXml(await readDocument(request, headers, signed)), "Status")?.trim();
  if (status === "Enabled") throw new S3Error("NotImplemented", "Versioning is not implemented.");
  return { status: 200 };
}

export async function putBucketTagging(call: Call): Promise<Reply> {
  const tags = parseTags(await readDocument(call.request, call.target.headers, call.signed), "bucket");
  await amendSetting(call, (setting) => ({ ...setting, tags }));
  return { status: 204 };
}

export async function deleteBucketTagging(call: Call): Promise<Reply> {
  await amendSetting(call, (setting) => omit(setting, "tags"));
  return { status: 204 };
}

async function getBucketTagging({ target: { bucket }, disk }: Call): Promise<Reply> {
  const tags = disk.settings.get(bucket)?.tags;
  if (!tags) throw new S3Error("NoSuchTagSet", undefined, { BucketName: bucket });
  return xmlReply("Tagging", tagSet(tags));
}
