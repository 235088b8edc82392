import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AppError } from "@tintype/core/kernel";
import type { Multipart, ObjectHead, ObjectStore, Part } from "@tintype/core/storage";
import { createClient, type S3Options } from "./store-s3-client.ts";
import { createStoreClock } from "./store-s3-clock.ts";
import { completed, copyObject } from "./store-s3-copy.ts";
import { answer, bare, etagOf, storeError } from "./store-s3-error.ts";
import { tellMissingBucket } from "./store-s3-missing.ts";
import { removeSame } from "./store-s3-remove.ts";
import { createSigners } from "./store-s3-sign.ts";

/** The ObjectStore of one bucket. */
export type S3Store = ObjectStore & {
  /** The same store whose signed URLs are for `origin`, for example `http://192.168.1.5:3001`: the host that the browser used. */
  withPublicEndpoint(origin: string): ObjectStore;
  /** The time on the store's clock, for what else signs for it. */
  now: () => Date;
  close(): void;
};

const DELETE_LIMIT = 1000;
/** What a store does at once has this time, all tries together: people wait for most of it. */
const SOON_MS = 20_000;
/** A listing may have to be looked up on a slow disk, and a thousand objects removed from it. */
const MANY_MS = 60_000;

const within = (ms: number): { abortSignal: AbortSignal } => ({ abortSignal: AbortSignal.timeout(ms) });

/** The same until the answer begins: its body takes as long as it takes. */
async function untilHead<T>(ms: number, send: (limit: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), ms);
  return send({ abortSignal: limit.signal }).finally(() => clearTimeout(timer));
}

/** The ObjectStore port over any S3-compatible store. */
export function createS3Store(options: S3Options): S3Store {
  const client = createClient(options);
  tellMissingBucket(client, options.bucket);
  const now = options.now ?? createStoreClock(client, options.bucket);
  const signer = createSigners({ ...options, now });
  const store: ObjectStore = {
    ...createObjects(client, options.bucket),
    multipart: createMultipart(client, options.bucket),
    sign: signer(options.publicEndpoint ?? options.endpoint),
    place: `${options.bucket} at ${options.endpoint}`,
    coldAfterDays: options.coldAfterDays,
    announces: options.announces,
    pins: options.pins ?? (() => Promise.resolve(true)),
  };
  return { ...store, withPublicEndpoint: (origin) => ({ ...store, sign: signer(origin) }), now, close: () => client.destroy() };
}

function createObjects(
  client: S3Client,
  bucket: string,
): Omit<ObjectStore, "multipart" | "sign" | "place" | "pins" | "coldAfterDays" | "announces"> {
  const Bucket = bucket;
  return {
    head: async (key) => {
      const head = await answer(client.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: "ENABLED" }), within(SOON_MS)));
      // The checksum of a multipart object is often one of checksums ("…=-3"): not the object's own.
      const sha256 = head.ChecksumType === "COMPOSITE" || head.ChecksumSHA256?.includes("-") ? undefined : head.ChecksumSHA256;
      return { ...headOf(key, head), ...(sha256 !== undefined && { sha256 }) };
    },
    open: async (key) => {
      const found = await answer(untilHead(SOON_MS, (limit) => client.send(new GetObjectCommand({ Bucket, Key: key }), limit)));
      return { head: headOf(key, found), body: bodyOf(found) };
    },
    get: async (key, { start, end, etag, size } = {}) => {
      const Range = start === undefined && end === undefined ? undefined : `bytes=${start ?? 0}-${end ?? ""}`;
      const IfMatch = etag === undefined ? undefined : `"${etag}"`;
      const stale = (cause?: unknown): AppError => new AppError("stale", "The object has changed meanwhile.", { cause });
      const found = await untilHead(SOON_MS, (limit) =>
        client.send(new GetObjectCommand({ Bucket, Key: key, Range, IfMatch }), limit),
      ).catch((error: unknown) => {
        const told = storeError(error);
        const isOther = told.code === "conflict" || (told.code === "invalid" && size !== undefined);
        throw isOther ? stale(error) : told;
      });
      const body = bodyOf(found);
      if (size === undefined || (totalOf(found) ?? size) === size) return body;
      await body.cancel();
      throw stale();
    },
    put: async (key, body, { type, cacheControl }) => {
      const input = { Bucket, Key: key, Body: Buffer.from(body.buffer, body.byteOffset, body.byteLength), ContentLength: body.byteLength };
      return etagOf(client.send(new PutObjectCommand({ ...input, ContentType: type, CacheControl: cacheControl })));
    },
    copy: (from, to, copying) => copyObject({ client, bucket }, from, to, copying),
    removeSame: (version) => removeSame(client, bucket, version, within(SOON_MS).abortSignal),
    remove: async (keys) => {
      for (let at = 0; at < keys.length; at += DELETE_LIMIT) {
        const Objects = keys.slice(at, at + DELETE_LIMIT).map((Key) => ({ Key }));
        const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] } = await answer(client.send(command, within(MANY_MS)));
        const failed = Errors.find(({ Code }) => Code !== "NoSuchKey");
        if (failed) throw new AppError("storage_unavailable", `The store did not delete ${failed.Key} (${failed.Code}).`);
      }
    },
    list: async (prefix, { after, limit } = {}) => {
      const page = { Bucket, Prefix: prefix, StartAfter: after, MaxKeys: limit, EncodingType: "url" } as const;
      const { Contents = [], IsTruncated, EncodingType } = await answer(client.send(new ListObjectsV2Command(page), within(MANY_MS)));
      const objects = Contents.map((found) => ({
        key: EncodingType === "url" ? decodeKey(found.Key ?? "") : (found.Key ?? ""),
        size: found.Size ?? 0,
        etag: bare(found.ETag),
        lastModified: found.LastModified ?? new Date(0),
      }));
      const last = objects.at(-1);
      return IsTruncated && last ? { objects, next: last.key } : { objects };
    },
  };
}

function createMultipart(client: S3Client, Bucket: string): Multipart {
  return {
    create: async (key, type) => {
      const { UploadId } = await answer(
        client.send(new CreateMultipartUploadCommand({ Bucket, Key: key, ContentType: type }), within(SOON_MS)),
      );
      if (UploadId === undefined) throw new AppError("storage_unavailable", "The store gave no upload id.");
      return { id: UploadId };
    },
    put: async (key, id, number, body) => {
      const Body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
      const input = { Bucket, Key: key, UploadId: id, PartNumber: number, Body, ContentLength: body.byteLength };
      return { number, size: body.byteLength, ...(await etagOf(client.send(new UploadPartCommand(input)))) };
    },
    parts: async (key, id) => {
      const parts: Part[] = [];
      for (let after: string | undefined, more = true; more;) {
        const page = await answer(
          client.send(new ListPartsCommand({ Bucket, Key: key, UploadId: id, PartNumberMarker: after }), within(SOON_MS)),
        ).catch(asGone);
        parts.push(
          ...(page.Parts ?? []).map(({ PartNumber = 0, ETag, Size = 0 }) => ({ number: PartNumber, etag: bare(ETag), size: Size })),
        );
        after = page.NextPartNumberMarker;
        more = page.IsTruncated === true && after !== undefined;
      }
      return parts;
    },
    complete: async (key, id, parts, { ifNoneMatch } = {}) => {
      const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: `"${etag}"` }));
      const input = { Bucket, Key: key, UploadId: id, MultipartUpload: { Parts }, IfNoneMatch: ifNoneMatch ? "*" : undefined };
      return completed(client, input);
    },
    abort: async (key, id) => {
      await answer(client.send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: id }), within(SOON_MS))).catch(
        (error: unknown) => {
          if (!(error instanceof AppError) || error.code !== "gone") throw error;
        },
      );
    },
    pending: async (after) => {
      const input = { Bucket, EncodingType: "url", KeyMarker: after } as const;
      const page = await answer(client.send(new ListMultipartUploadsCommand(input), within(MANY_MS)));
      const keyOf = (key = ""): string => (page.EncodingType === "url" ? decodeKey(key) : key);
      const uploads = (page.Uploads ?? []).map(({ Key, UploadId = "", Initiated = new Date() }) => ({
        key: keyOf(Key),
        id: UploadId,
        startedAt: Initiated,
      }));
      const last = uploads.at(-1);
      return page.IsTruncated && last ? { uploads, next: last.key } : { uploads };
    },
  };
}

/** Ceph calls an upload that has ended an object that is not there. */
function asGone(error: AppError): never {
  throw error.code === "not_found" ? new AppError("gone", "The multipart upload has ended.", { cause: error }) : error;
}

function headOf(key: string, told: Omit<HeadObjectCommandOutput, "$metadata">): ObjectHead {
  return {
    key,
    size: told.ContentLength ?? 0,
    etag: bare(told.ETag),
    type: told.ContentType ?? "application/octet-stream",
    lastModified: told.LastModified ?? new Date(0),
    ...(told.Metadata && { meta: told.Metadata }),
  };
}

function bodyOf({ Body }: GetObjectCommandOutput): ReadableStream<Uint8Array> {
  if (!Body) throw new AppError("storage_unavailable", "The store answered without a body.");
  return toStream(chunksOf(Body), () => drop(Body));
}

/** The size of the whole object of which this is all or a range. */
function totalOf({ ContentRange, ContentLength }: Pick<GetObjectCommandOutput, "ContentRange" | "ContentLength">): number | undefined {
  if (ContentRange === undefined) return ContentLength;
  const total = /\/(\d+)$/u.exec(ContentRange)?.[1];
  return total === undefined ? undefined : Number(total);
}

/** Listings are asked for URL-encoded, because XML cannot hold every key; `+` is a space there. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll("+", "%20"));
}

/** Guarantee: a body of the SDK's is a stream of bytes of Node's or of the web's, and both can be iterated over. */
function chunksOf(body: unknown): AsyncIterator<Uint8Array> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
}

/** Gives the connection of a body up that nobody has begun to read: its iterator does not do that before it was asked for the first chunk. */
function drop(body: unknown): void {
  if (body instanceof Readable) body.destroy();
}

/** The chunks as they come, without the copy that Node's own conversion makes; a connection that breaks throws `storage_unavailable`. */
function toStream(chunks: AsyncIterator<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: async (controller) => {
        const next = await answer(chunks.next());
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => {
        await chunks.return?.();
        end();
      },
    },
    { highWaterMark: 0 },
  );
}
