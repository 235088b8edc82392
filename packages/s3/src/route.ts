import type { Call, Operation } from "./call.ts";
import { S3Error } from "./error.ts";
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from "./operation/bucket.ts";
import { deleteObject } from "./operation/delete-object.ts";
import { getObject, headObject } from "./operation/get-object.ts";
import { listObjects, listObjectsV2 } from "./operation/list-objects.ts";
import { putObject } from "./operation/put-object.ts";

/** Finds the operation of a request. Throws NoSuchBucket, MethodNotAllowed or NotImplemented. */
export function route({ target: { method, bucket, key, query }, disk }: Call): Operation {
  if (bucket === "") {
    if (method === "GET") return listBuckets;
    throw new S3Error("MethodNotAllowed");
  }
  if (key === "" && method === "PUT") return createBucket;
  if (!disk.index.bucket(bucket)) throw new S3Error("NoSuchBucket", undefined, { BucketName: bucket });
  if (key === "") {
    if (method === "HEAD") return headBucket;
    if (method === "DELETE") return deleteBucket;
    if (method !== "GET") throw new S3Error("MethodNotAllowed");
    if (query.has("location")) return getBucketLocation;
    return query.get("list-type") === "2" ? listObjectsV2 : listObjects;
  }
  if (method === "PUT") return putObject;
  if (method === "GET") return getObject;
  if (method === "HEAD") return headObject;
  if (method === "DELETE") return deleteObject;
  throw new S3Error("MethodNotAllowed");
}
