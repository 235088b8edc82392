import type { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import type { ByteSource, Ports } from "./ports.ts";
import type { Format } from "./sniff.ts";

export type AssetRow = typeof asset.$inferSelect;

/** What a step may change of an asset. A `reason` makes it `unprocessable`. */
export type Patch = Partial<
  Pick<
    AssetRow,
    | "reason"
    | "width"
    | "height"
    | "orientation"
    | "durationMs"
    | "thumbhash"
    | "derivedVersion"
    | "localAt"
    | "offsetMinutes"
    | "zone"
    | "takenAt"
    | "latitude"
    | "longitude"
    | "description"
    | "exif"
    | "provenance"
  >
>;

/** What a step looks at. `asset` carries the patches of the steps before it. */
export type Subject = {
  asset: AssetRow;
  format: Format;
  /** The whole object, for photos up to `PHOTO_BYTES`; everything else is read by ranges through `source`. */
  bytes: Uint8Array | undefined;
  source: ByteSource;
  /** The file's own time as the uploading device told it. */
  modified: { at: string; offset: number | null } | undefined;
};

/**
 * One thing that ingest finds out. With a raised `version` the sweep runs it again on what is there. A step throws only when trying later can help;
 * what is wrong with the file itself is a `reason`.
 */
export type Step = {
  name: string;
  version: number;
  run(ctx: Ctx, ports: Ports, subject: Subject): Promise<Patch>;
  /** Removes what earlier runs left in the store and the committed asset no longer uses. */
  tidy?(ctx: Ctx, asset: AssetRow): Promise<void>;
};

/** Step name → code version done, as in the ledger. */
export type Done = Readonly<Record<string, number>>;
