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
    | "derivedBytes"
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

/** What the steps found, and the error that ended them early. */
export type Findings = { patch: Patch; done: Done; error?: Error };

/** The steps that are not done in their present version. */
export function due(steps: readonly Step[], done: Done): Step[] {
  return steps.filter((step) => done[step.name] !== step.version);
}

/** Runs steps in order, each on what the ones before it found. When one throws, what was found until then is kept. */
export async function runSteps(ctx: Ctx, ports: Ports, subject: Subject, steps: readonly Step[]): Promise<Findings> {
  const patch: Patch = {};
  const done: Record<string, number> = {};
  for (const step of steps) {
    try {
      Object.assign(patch, await step.run(ctx, ports, { ...subject, asset: { ...subject.asset, ...patch } }));
      done[step.name] = step.version;
    } catch (error) {
      return { patch, done, error: error instanceof Error ? error : new Error(`${step.name} failed`, { cause: error }) };
    }
  }
  return { patch, done };
}
