/** `stored` = verified and safe, not yet read; `ready` = in the timeline; `unprocessable` = in the timeline as a placeholder, with a reason. */
export type AssetState = "stored" | "ready" | "unprocessable";

/** A `sidecar` is a file about another one (XMP, AAE, Takeout's JSON): kept as any original, and never shown as a tile. */
export type AssetKind = "photo" | "video" | "raw" | "sidecar" | "other";

/** Camera and exposure. Exposure in seconds, lengths in millimetres, altitude in metres. */
export type Exif = {
  make?: string;
  model?: string;
  lens?: string;
  software?: string;
  fNumber?: number;
  exposureSeconds?: number;
  iso?: number;
  focalLength?: number;
  focalLength35?: number;
  altitude?: number;
  title?: string;
  keywords?: string[];
  rating?: number;
  colourProfile?: string;
  /** Of a video: `avc`, `hevc`, `vp9`, … */
  codec?: string;
  /** True when the picture decodes only in part. */
  partial?: boolean;
};

/** Where a field came from: a tag's name (`DateTimeOriginal`), `gps`, `zone`, `name`, `mtime` or `upload`. */
export type Provenance = Partial<Record<"localAt" | "offset" | "position" | "description" | "orientation", string>>;
