/**
 * What HEAD tells of an object. `etag` is without quotes; `sha256` is the store's own full-object checksum in base64, when it has one; `meta` is
 * what its uploader wrote beside it, by lower-case names.
 */
export type ObjectHead = {
  key: string;
  size: number;
  etag: string;
  type: string;
  lastModified: Date;
  sha256?: string;
  meta?: Readonly<Record<string, string>>;
};

/** A copy as the store made it; `lastModified` when it was made in one request. */
export type Copied = { etag: string; lastModified?: Date };

export type ListedObject = { key: string; size: number; etag: string; lastModified: Date };

/**
 * What a presigned PUT pins: a leaked URL can only write these exact bytes, once, within `expiresIn` seconds. `sha256` is hex; without it only
 * length and type are pinned, and the URL writes as often as it is used.
 */
export type PresignPut = { key: string; size: number; type: string; sha256?: string; expiresIn: number };

export type PresignedRequest = { method: "PUT"; url: string; headers: Record<string, string> };

export type PresignGet = {
  key: string;
  /** `Content-Disposition` to answer with, for example `attachment; filename="a.jpg"`. */
  disposition?: string;
  type?: string;
  /** How it lives, when not as usual: see `UrlLife`. */
  life?: UrlLife;
};

/**
 * How long a URL for reading lives, in seconds. With a `window` it is the same within each, and lives for two of them at most and one at least;
 * `exactly` counts from now.
 */
export type UrlLife = { window: number } | { exactly: number };

export type Part = { number: number; etag: string; size: number };

/**
 * The ObjectStore port: one bucket of an S3-compatible store. Keys are the store's own keys.
 * Reads of a missing key throw AppError `not_found`; an unreachable store throws `storage_unavailable`, a full one `storage_full`.
 */
export type ObjectStore = {
  head(key: string): Promise<ObjectHead>;
  /**
   * A stream of the bytes from `start` to `end` (inclusive), the whole object without a range. Pinned to `etag` and to the `size` of the whole when
   * given: `stale` when it changed.
   */
  get(key: string, options?: { start?: number; end?: number; etag?: string; size?: number }): Promise<ReadableStream<Uint8Array>>;
  /** The whole object and, with the same request, what HEAD tells of it but for `sha256`. Whoever does not want the bytes cancels the stream. */
  open(key: string): Promise<{ head: ObjectHead; body: ReadableStream<Uint8Array> }>;
  put(key: string, body: Uint8Array, options: { type: string; cacheControl?: string }): Promise<{ etag: string }>;
  /**
   * Copies within the store, type and `meta` too; no byte comes here. Throws `stale` when the source is not `etag` any more, and with `ifNoneMatch`
   * `conflict` when `to` is taken; some stores do not look at that, so look before. The copy may have another etag than its source. With the `size`
   * of the source this is not asked about first, and a store that does not look at `etag` either copies what is there: the copy's etag tells.
   */
  copy(from: string, to: string, options?: { etag?: string; ifNoneMatch?: boolean; size?: number }): Promise<Copied>;
  /** Whatever lies there now: only for keys that nobody but us writes. Deleting what is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
  /**
   * Removes an object that is still this version of it; false when it is another now, or gone. Some stores leave a moment between looking and
   * removing.
   */
  removeSame(version: Pick<ObjectHead, "key" | "etag" | "size" | "lastModified">): Promise<boolean>;
  /** One page in key order. */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<{ objects: ListedObject[]; next?: string }>;
  multipart: Multipart;
  sign: Signer;
  /** Names this store and bucket among all others. */
  place: string;
  /** After so many days originals are in a cheaper class of storage; undefined = never. */
  coldAfterDays?: number | undefined;
  /** Whether the store itself tells whoever ingests of each object that arrives; then what a client says is for when that is lost. */
  announces?: boolean | undefined;
  /** Whether presigned PUTs are held to all that they pin, sha256 and absence too. */
  pins(): Promise<boolean>;
};

/** A multipart upload that is neither put together nor aborted. */
export type PendingUpload = { key: string; id: string; startedAt: Date };

/** Multipart uploads; `id` is the store's own upload id. */
export type Multipart = {
  create(key: string, type: string): Promise<{ id: string }>;
  /** Sends a part, of which all but the last have 5 MiB or more. */
  put(key: string, id: string, number: number, body: Uint8Array): Promise<Part>;
  parts(key: string, id: string): Promise<Part[]>;
  /** Puts the parts together; with `ifNoneMatch` fails with `conflict` when the key is taken. */
  complete(key: string, id: string, parts: readonly Part[], options?: { ifNoneMatch?: boolean }): Promise<{ etag: string }>;
  abort(key: string, id: string): Promise<void>;
  /**
   * Those that are pending, of keys behind `after`, by key. Of several with the key `next` some may be left out: versitygw knows no place among them.
   */
  pending(after?: string): Promise<{ uploads: PendingUpload[]; next?: string }>;
};

/** Signed requests for the browser. */
export type Signer = {
  put(input: PresignPut): Promise<PresignedRequest>;
  part(input: { key: string; id: string; number: number; size: number; expiresIn: number }): Promise<PresignedRequest>;
  /** Synchronous, and the same URL for the same input within a rounding window, so that browsers can cache. */
  get(input: PresignGet): string;
};
