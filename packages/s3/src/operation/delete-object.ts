import type { Call, Reply } from "../call.ts";
import { S3Error } from "../error.ts";
import { writeCondition } from "../condition.ts";

/** Removes the object. Removing what is not there is no error. */
export async function deleteObject(call: Call): Promise<Reply> {
  const { bucket, key, headers } = call.target;
  const ifMatch = headers.has("if-match") ? writeCondition(headers) : undefined;
  const version = call.target.query.get("versionId");
  if (version !== undefined && version !== "null") throw new S3Error("NoSuchVersion");
  if (await call.disk.remove(bucket, key, ifMatch)) call.emit("ObjectRemoved:Delete", bucket, key);
  return { status: 204 };
}
