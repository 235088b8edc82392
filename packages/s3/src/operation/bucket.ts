import type { Call, Reply } from "../call.ts";
import { S3Error } from "../error.ts";
import { isBucketName } from "../name.ts";
import { OWNER, xmlReply } from "../reply.ts";
import { maySee } from "../scope.ts";
import { childText, parseXml } from "../xml.ts";
import { readDocument } from "../body.ts";
import type { BucketSetting } from "../disk/bucket.ts";
import { hasCode } from "../disk/errno.ts";

export async function createBucket({ target: { bucket, headers }, disk, request, signed, region }: Call): Promise<Reply> {
  const text = await readDocument(request, headers, signed);
  const wanted = text.trim() === "" ? undefined : childText(parseXml(text), "LocationConstraint")?.trim();
  if (wanted !== undefined && wanted !== "" && wanted !== region) throw new S3Error("IllegalLocationConstraintException");
  if (!isBucketName(bucket)) throw new S3Error("InvalidBucketName", undefined, { BucketName: bucket });
  if (!(await disk.addBucket(bucket))) throw new S3Error("BucketAlreadyOwnedByYou", undefined, { BucketName: bucket });
  return { status: 200, headers: { location: `/${bucket}` } };
}

export async function deleteBucket({ target: { bucket }, disk }: Call): Promise<Reply> {
  if ((disk.index.bucket(bucket)?.count ?? 0) > 0) throw new S3Error("BucketNotEmpty", undefined, { BucketName: bucket });
  try {
    await disk.removeBucket(bucket);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
    throw new S3Error("BucketNotEmpty", "Files that are no objects lie in the folder of the bucket.", { BucketName: bucket });
  }
  return { status: 204 };
}

export async function headBucket({ region }: Call): Promise<Reply> {
  return { status: 200, headers: { "x-amz-bucket-region": region } };
}

/** The buckets in which the caller may see anything. */
export async function listBuckets({ disk, signed }: Call): Promise<Reply> {
  const names = disk.index.names().filter((name) => maySee(signed.credential, name));
  const created = (name: string): string => disk.settings.get(name)?.createdAt ?? new Date(0).toISOString();
  return xmlReply("ListAllMyBucketsResult", {
    Owner: OWNER,
    Buckets: { Bucket: names.map((Name) => ({ Name, CreationDate: created(Name) })) },
  });
}

export async function getBucketLocation({ region }: Call): Promise<Reply> {
  return xmlReply("LocationConstraint", region === "us-east-1" ? "" : region);
}

/** Changes what is kept of a bucket. */
export async function amendSetting({ target: { bucket }, disk }: Call, change: (setting: BucketSetting) => BucketSetting): Promise<void> {
  await disk.settings.set(bucket, change(disk.settings.get(bucket) ?? { createdAt: new Date(0).toISOString() }));
}
