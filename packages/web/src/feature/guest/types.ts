import type { View } from "@tintype/core/collection";
import type { ZipFile } from "../selection/zip.ts";

/** What a link is, and what its holder may. */
export type Opened = {
  title: string;
  description: string;
  sharedBy: string;
  expiresAt: string | null;
  count: number;
  /** Of these. */
  videos: number;
  /** Of these, what is neither a photo nor a video. */
  files: number;
  /** How many of all there is something to download of. */
  savable: number;
  /** Of these, roughly where metadata is hidden; null where only previews are to be had. */
  bytes: number | null;
  hidesMetadata: boolean;
  /** `downloadAll`: at once, as far as what may still be fetched in this month reaches. */
  may: { download: boolean; downloadAll: boolean; originals: boolean; upload: boolean; save: boolean };
  /** What guests may still send. */
  left: { bytes: number; count: number } | null;
  cover: string | null;
};

export type Shared = View;
/** `name` is that of its kind where its own is not told, and null for what was removed. */
export type Missing = { id: string; name: string | null };
export type Saved = { files: ZipFile[]; missing: Missing[]; pending: string[] };
