/** What reading media needs from outside the core. Adapters live in `functions/src/adapters`. */
export type Ports = {
  image: ImageCodec;
  metadata: MetadataReader;
  video: VideoTool;
  hash: Hasher;
};

/** The formats whose pixels an ImageCodec decodes. */
export type Decodable = "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif" | "heic";

/**
 * What is made of a photo: `thumb` is WebP, `preview` JPEG, both upright and with the photo's colour profile; `thumbhash` is at most 25 bytes.
 * `width` and `height` are the original's pixels as displayed. `partial` = the picture decodes only in part.
 */
export type Derived = { width: number; height: number; thumb: Uint8Array; preview: Uint8Array; thumbhash: Uint8Array; partial: boolean };

/** Why there are no derivatives. `crashed` and `hungry` (memory) were tried twice, the second time alone. */
export type Refusal = { refused: "damaged" | "too_large" | "slow" | "hungry" | "crashed" };

/** Decodes untrusted bytes, within limits of pixels, time and memory, outside of this process. */
export type ImageCodec = {
  derive(bytes: Uint8Array, format: Decodable): Promise<Derived | Refusal>;
  /** The whole picture as an upright JPEG in its own size and colours, which tells nothing else. */
  plain(bytes: Uint8Array, format: Decodable): Promise<{ jpeg: Uint8Array } | Refusal>;
};

export type TagValue = string | number | readonly (string | number)[];

/** Tags as they stand in the file, by standard and by the standard's own name (`DateTimeOriginal`); rationals are divided, dates stay text. */
export type Tags = Record<"exif" | "xmp" | "iptc" | "png" | "icc", Readonly<Record<string, TagValue>>>;

/** Reads the tags of an image; all empty when it has none, undefined when reading was given up (hang, crash). */
export type MetadataReader = {
  read(bytes: Uint8Array): Promise<Tags | undefined>;
};

/** Bytes that are read by ranges; `end` is exclusive. */
export type ByteSource = { size: number; read(start: number, end: number): Promise<Uint8Array> };

/**
 * Facts of a video. `width` and `height` in pixels as displayed; `createdAt` is text with the camera's clock (QuickTime `creationdate`),
 * `createdUtc` milliseconds (`mvhd`); `location` is ISO 6709.
 */
export type VideoFacts = {
  durationMs?: number;
  width?: number;
  height?: number;
  rotation?: number;
  codec?: string;
  createdAt?: string;
  createdUtc?: number;
  location?: string;
  make?: string;
  model?: string;
  software?: string;
  description?: string;
};

/** Reads a video's facts in bounded time; undefined when it cannot be parsed. */
export type VideoTool = {
  read(source: ByteSource): Promise<VideoFacts | undefined>;
};

/** Of a stream of bytes; `md5`, which most stores tell of what they keep, where it was asked for. */
export type Digests = { sha256: Uint8Array; sha1: Uint8Array; md5?: Uint8Array };

/** SHA-256 and SHA-1 of a stream of bytes, at native speed; with `md5` that too. */
export type Hasher = {
  start(options?: { md5: boolean }): { update(chunk: Uint8Array): void; digest(): Digests };
};
