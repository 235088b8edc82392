import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { AppError } from "@tintype/core/kernel";
import type { Copied } from "@tintype/core/storage";
import { answer, bare, etagOf, storeError } from "./store-s3-error.ts";

type Bucket = { client: S3Client; bucket: string };
type Copying = { etag?: string; ifNoneMatch?: boolean; size?: number };

/**
 * What one request copies at most. S3 takes 5 GB, but many a store says nothing until it is done, and a client hangs up after two minutes of silence.
 */
const PART_BYTES = 1024 ** 3;
const AT_ONCE = 4;

/** Copies an object; see the port. `partBytes` is the most that one request copies. */
export async function copyObject(
  { client, bucket: Bucket }: Bucket,
  from: string,
  to: string,
  { etag, ifNoneMatch, size }: Copying = {},
  partBytes = PART_BYTES,
): Promise<Copied> {
  const source = { CopySource: `${Bucket}/${from.split("/").map(encodeURIComponent).join("/")}`, CopySourceIfMatch: etag && `"${etag}"` };
  const target = { Bucket, Key: to, IfNoneMatch: ifNoneMatch ? "*" : undefined };
  const head = () => answer(client.send(new HeadObjectCommand({ Bucket, Key: from })));
  try {
    // Of a copy in parts type and metadata have to be told.
    const whole = size === undefined || size > partBytes ? await head() : undefined;
    // Ceph 16 does not look at the condition.
    if (whole && etag !== undefined && bare(whole.ETag) !== etag) throw stale();
    if (whole && (whole.ContentLength ?? 0) > partBytes) {
      return await inParts({ client, bucket: Bucket }, source, target, { ...whole, partBytes });
    }
    const { CopyObjectResult } = await answer(client.send(new CopyObjectCommand({ ...target, ...source })));
    const { ETag, LastModified } = CopyObjectResult ?? {};
    return { etag: bare(ETag), ...(LastModified && { lastModified: LastModified }) };
  } catch (error) {
    const told = storeError(error);
    // One status for two conditions.
    if (told.code !== "conflict" || etag === undefined || bare((await head()).ETag) === etag) throw told;
    throw stale(error);
  }
}

function stale(cause?: unknown): AppError {
  return new AppError("stale", "The object has changed meanwhile.", { cause });
}

/** Puts an upload together, and gives the etag of the whole. Ceph 16 does not tell it, so it is asked for. */
export async function completed(client: S3Client, input: CompleteMultipartUploadCommandInput): Promise<{ etag: string }> {
  const { etag } = await etagOf(client.send(new CompleteMultipartUploadCommand(input)));
  const { Bucket, Key } = input;
  return etag === "" ? etagOf(client.send(new HeadObjectCommand({ Bucket, Key }))) : { etag };
}

type Source = { CopySource: string; CopySourceIfMatch: string | undefined };
type Target = { Bucket: string; Key: string; IfNoneMatch: string | undefined };
type Whole = Pick<HeadObjectCommandOutput, "ContentLength" | "ContentType" | "Metadata"> & { partBytes: number };

/** The parts of a failed copy are not left lying about. */
async function inParts({ client }: Bucket, source: Source, { IfNoneMatch, ...target }: Target, whole: Whole): Promise<{ etag: string }> {
  const { ContentLength: size = 0, ContentType, Metadata, partBytes } = whole;
  const { UploadId } = await answer(client.send(new CreateMultipartUploadCommand({ ...target, ContentType, Metadata })));
  const upload = { ...target, UploadId };
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    const left = Array.from({ length: Math.ceil(size / partBytes) }, (_, i) => i).toReversed();
    const work = async (): Promise<void> => {
      for (let i = left.pop(); i !== undefined; i = left.pop()) {
        const CopySourceRange = `bytes=${i * partBytes}-${Math.min(size, (i + 1) * partBytes) - 1}`;
        const part = new UploadPartCopyCommand({ ...upload, ...source, CopySourceRange, PartNumber: i + 1 });
        Parts[i] = { PartNumber: i + 1, ETag: (await answer(client.send(part))).CopyPartResult?.ETag };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(() => (left.length = 0));
    return await completed(client, { ...upload, MultipartUpload: { Parts }, IfNoneMatch });
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}
