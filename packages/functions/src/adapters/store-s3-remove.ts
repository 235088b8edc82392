import { DeleteObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { AppError } from "@tintype/core/kernel";
import type { ObjectHead } from "@tintype/core/storage";
import { answer, bare } from "./store-s3-error.ts";

/** One version of an object. An etag alone is none: a store over a folder may keep the old one when a file is written anew in its place. */
type Version = Pick<ObjectHead, "key" | "etag" | "size" | "lastModified">;

/**
 * Removes an object that is still this version of it, see the port. Not every store looks at If-Match when it deletes, so it is looked at before each
 * try: one of which the answer was lost may have removed it, and another may have come since.
 */
export async function removeSame(client: S3Client, Bucket: string, version: Version, abortSignal: AbortSignal): Promise<boolean> {
  const { key: Key, etag, size, lastModified } = version;
  // What a folder of plain files has instead of an etag; other stores may not know these headers.
  const condition = etag === "" ? { IfMatchSize: size, IfMatchLastModifiedTime: lastModified } : { IfMatch: `"${etag}"` };
  const command = new DeleteObjectCommand({ Bucket, Key, ...condition });
  const lookFirst =
    <Args, Answer>(next: (args: Args) => Promise<Answer>) =>
    async (args: Args): Promise<Answer> => {
      const head = await client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal });
      if (!isSame(version, head)) throw new AppError("stale", "The object is another one now.");
      return next(args);
    };
  command.middlewareStack.addRelativeTo(lookFirst, { relation: "after", toMiddleware: "retryMiddleware", name: "lookFirst" });
  try {
    await answer(client.send(command, { abortSignal }));
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.code === "stale" || error.code === "conflict" || error.code === "not_found")) return false;
    throw error;
  }
}

/** HEAD tells whole seconds, a listing fractions of them too. */
function isSame(before: Version, now: HeadObjectCommandOutput): boolean {
  return before.etag === bare(now.ETag) && before.size === now.ContentLength && second(before.lastModified) === second(now.LastModified);
}

function second(time: Date | undefined): number {
  return Math.trunc((time?.getTime() ?? 0) / 1000);
}
