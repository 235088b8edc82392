import type { Call, Reply } from "../call.ts";
import { S3Error } from "../error.ts";
import { findUpload } from "./upload-part.ts";

/** Ends a multipart upload and removes its parts. */
export async function abortMultipartUpload(call: Call): Promise<Reply> {
  if (!(await call.disk.multipart.abort(findUpload(call).id))) throw new S3Error("NoSuchUpload");
  return { status: 204 };
}
