import type { Operation } from "./call.ts";
import { S3Error } from "./error.ts";
import { abortMultipartUpload } from "./operation/abort-multipart-upload.ts";
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from "./operation/bucket.ts";
import { deleteBucketCors, getBucketCors, putBucketCors } from "./operation/bucket-cors.ts";
import { getBucketNotification, putBucketNotification } from "./operation/bucket-notification.ts";
import {
  deleteBucketTagging,
  getAcl,
  getSubresource,
  putAcl,
  putBucketTagging,
  putBucketVersioning,
} from "./operation/bucket-subresource.ts";
import { completeMultipartUpload } from "./operation/complete-multipart-upload.ts";
import { copyObject } from "./operation/copy-object.ts";
import { createMultipartUpload } from "./operation/create-multipart-upload.ts";
import { deleteObject } from "./operation/delete-object.ts";
import { deleteObjects } from "./operation/delete-objects.ts";
import { getObject, headObject } from "./operation/get-object.ts";
import { getObjectAttributes } from "./operation/get-object-attributes.ts";
import { listMultipartUploads } from "./operation/list-multipart-uploads.ts";
import { listObjects, listObjectsV2 } from "./operation/list-objects.ts";
import { listObjectVersions } from "./operation/list-object-versions.ts";
import { listParts } from "./operation/list-parts.ts";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./operation/object-tagging.ts";
import { putObject } from "./operation/put-object.ts";
import { uploadPart } from "./operation/upload-part.ts";
import { uploadPartCopy } from "./operation/upload-part-copy.ts";
import type { Target } from "./request.ts";
import type { Touches } from "./scope.ts";

/** What a request asks for. `bucketNeeded` is false where there need not be such a bucket yet, or none is named. */
export type Route = { operation: Operation; touches: Touches; bucketNeeded: boolean };

/** Parameters that choose an operation. One that is none of a method's is refused and never overlooked. */
const SUBRESOURCES = new Set(
  `accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle location logging metrics
   notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore retention select
   tagging torrent uploadId uploads versioning versions website`.split(/\s+/u),
);

/** Finds the operation of a request. Throws MethodNotAllowed or NotImplemented. */
export function route(target: Target): Route {
  const { method, bucket, key, query, headers } = target;
  const name = query.entries.find(([parameter]) => SUBRESOURCES.has(parameter))?.[0] ?? "";
  if (bucket === "") {
    if (method === "GET" && name === "") return { operation: listBuckets, touches: "own", bucketNeeded: false };
    throw new S3Error("MethodNotAllowed");
  }
  if (key === "" && method === "PUT" && name === "") return { operation: createBucket, touches: "everything", bucketNeeded: false };
  const found = key === "" ? bucketRoute(method, name, query.get("list-type")) : objectRoute(method, name, headers);
  if (!found) throw new S3Error(name === "" ? "MethodNotAllowed" : "NotImplemented", undefined, { Method: method, Subresource: name });
  return { operation: found[0], touches: found[1], bucketNeeded: true };
}

const noLock: Operation = () => Promise.reject(new S3Error("NoSuchObjectLockConfiguration"));

const OBJECT = new Map<string, Operation>([
  ["GET ", getObject],
  ["HEAD ", headObject],
  ["PUT ", putObject],
  ["copy ", copyObject],
  ["DELETE ", deleteObject],
  ["GET acl", getAcl],
  ["PUT acl", putAcl],
  ["GET attributes", getObjectAttributes],
  ["GET tagging", getObjectTagging],
  ["PUT tagging", putObjectTagging],
  ["DELETE tagging", deleteObjectTagging],
  ["GET legal-hold", noLock],
  ["GET retention", noLock],
  ["POST uploads", createMultipartUpload],
  ["PUT uploadId", uploadPart],
  ["copy uploadId", uploadPartCopy],
  ["POST uploadId", completeMultipartUpload],
  ["DELETE uploadId", abortMultipartUpload],
  ["GET uploadId", listParts],
]);

/** A PUT with a source is a copy; no HTTP method is written in small letters. */
function objectRoute(method: string, name: string, headers: Target["headers"]): [Operation, Touches] | undefined {
  const isCopy = method === "PUT" && headers.has("x-amz-copy-source");
  const operation = OBJECT.get(`${isCopy ? "copy" : method} ${name}`) ?? (isCopy ? OBJECT.get(`PUT ${name}`) : undefined);
  return operation && [operation, "object"];
}

const BUCKET = new Map<string, [Operation, Touches]>([
  ["GET ", [listObjects, "listing"]],
  ["GET versions", [listObjectVersions, "listing"]],
  ["GET uploads", [listMultipartUploads, "listing"]],
  ["HEAD ", [headBucket, "bucket"]],
  ["DELETE ", [deleteBucket, "everything"]],
  ["POST delete", [deleteObjects, "own"]],
  ["GET location", [getBucketLocation, "bucket"]],
  ["GET cors", [getBucketCors, "bucket"]],
  ["PUT cors", [putBucketCors, "everything"]],
  ["DELETE cors", [deleteBucketCors, "everything"]],
  ["GET notification", [getBucketNotification, "everything"]],
  ["PUT notification", [putBucketNotification, "everything"]],
  ["PUT acl", [putAcl, "everything"]],
  ["PUT versioning", [putBucketVersioning, "everything"]],
  ["PUT tagging", [putBucketTagging, "everything"]],
  ["DELETE tagging", [deleteBucketTagging, "everything"]],
]);

function bucketRoute(method: string, name: string, listType: string | undefined): [Operation, Touches] | undefined {
  if (method === "GET" && name === "" && listType === "2") return [listObjectsV2, "listing"];
  const operation = method === "GET" ? getSubresource(name) : undefined;
  return BUCKET.get(`${method} ${name}`) ?? (operation && [operation, "bucket"]);
}
