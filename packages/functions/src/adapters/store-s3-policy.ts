/** A policy document of AWS's form, which MinIO and RustFS take too. */
export type Policy = { Version: "2012-10-17"; Statement: { Effect: "Allow" | "Deny"; Action: string[]; Resource: string[] }[] };

/** What is done with the bucket as a whole. */
const ON_BUCKET = [
  "s3:CreateBucket",
  "s3:GetBucketCors",
  "s3:GetBucketNotification",
  "s3:GetBucketVersioning",
  "s3:GetLifecycleConfiguration",
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
  "s3:PutBucketCors",
  "s3:PutBucketNotification",
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
];

/** What is done with its objects. */
const ON_OBJECTS = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"];

/**
 * The least that the credential of an installation needs: what we do with its one bucket, and nothing else. Versions cannot be removed with it,
 * so that whoever steals it removes nothing for good where the store keeps versions.
 */
export function policyFor(bucket: string): Policy {
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: [...ON_BUCKET], Resource: [`arn:aws:s3:::${bucket}`] },
      { Effect: "Allow", Action: [...ON_OBJECTS], Resource: [`arn:aws:s3:::${bucket}/*`] },
      // MinIO takes the right to remove an object for that to remove its versions, unless it is told so.
      { Effect: "Deny", Action: ["s3:DeleteObjectVersion"], Resource: [`arn:aws:s3:::${bucket}/*`] },
    ],
  };
}
