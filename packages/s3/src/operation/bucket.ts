import type { Call, Reply } from "../call.ts";
import { S3Error } from "../error.ts";
import { document } from "../xml.ts";

const NAME = /^(?!xn--|sthree-)(?!.*(?:\.\.|\.-|-\.|-s3alias$))(?!\d{1,3}(?:\.\d{1,3}){3}$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u;

/** Whether S3 allows a bucket of this name. Folders of other names are not buckets. */
export function isBucketName(name: string): boolean {
  return NAME.test(name);
}

export async function createBucket({ target: { bucket }, disk }: Call): Promise<Reply> {
  if (!isBucketName(bucket)) throw new S3Error("InvalidBucketName", undefined, { BucketName: bucket });
  if (!(await disk.addBucket(bucket))) throw new S3Error("BucketAlreadyOwnedByYou", undefined, { BucketName: bucket });
  return { status: 200, headers: { location: `/${bucket}` } };
}

export async function deleteBucket({ target: { bucket }, disk }: Call): Promise<Reply> {
  if ((disk.index.bucket(bucket)?.count ?? 0) > 0) throw new S3Error("BucketNotEmpty", undefined, { BucketName: bucket });
  await disk.removeBucket(bucket);
  return { status: 204 };
}

export async function headBucket({ region }: Call): Promise<Reply> {
  return { status: 200, headers: { "x-amz-bucket-region": region } };
}

export async function listBuckets({ disk }: Call): Promise<Reply> {
  const names = disk.index.names();
  const body = document("ListAllMyBucketsResult", {
    Owner: { ID: "owner", DisplayName: "owner" },
    Buckets: { Bucket: names.map((Name) => ({ Name, CreationDate: new Date(0).toISOString() })) },
  });
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

export async function getBucketLocation({ region }: Call): Promise<Reply> {
  const body = document("LocationConstraint", region === "us-east-1" ? "" : region);
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}
