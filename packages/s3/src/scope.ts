import { S3Error } from "./error.ts";
import type { Credential } from "./sigv4.ts";

/** What an operation touches, for credentials that are held to prefixes. */
export type Touches =
  | "object"
  /** The keys under the `prefix` of the query. */
  | "listing"
  /** Something about the bucket that everybody with a key in it may know. */
  | "bucket"
  /** The bucket as a whole. */
  | "everything"
  /** The operation itself asks `mayTouch` for each key, or leaves out what may not be seen. */
  | "own";

/** Whether a credential reaches a key. */
export function mayTouch({ prefixes }: Credential, bucket: string, key: string): boolean {
  return !prefixes || prefixes.some((prefix) => `${bucket}/${key}`.startsWith(prefix));
}

/** Whether a credential reaches anything in a bucket. */
export function maySee({ prefixes }: Credential, bucket: string): boolean {
  return !prefixes || prefixes.some((prefix) => prefix.startsWith(`${bucket}/`) || `${bucket}/`.startsWith(prefix));
}

/** Throws AccessDenied when the credential is held to other prefixes. */
export function checkScope(credential: Credential, touches: Touches, bucket: string, key: string): void {
  if (!credential.prefixes || touches === "own") return;
  if ((touches === "object" || touches === "listing") && mayTouch(credential, bucket, key)) return;
  if (touches === "bucket" && maySee(credential, bucket)) return;
  throw new S3Error("AccessDenied", "This access key is held to other prefixes.");
}
