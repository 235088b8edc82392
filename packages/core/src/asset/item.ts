import type { Ctx } from "#kernel";
import { derivedKey, type PresignGet } from "#storage";
import { asset } from "./asset.sql.ts";
import type { AssetKind, AssetState } from "./kind.ts";

/** What a tile shows, in columns: one entry per photo. */
export type ItemColumns = {
  id: string[];
  kind: AssetKind[];
  state: AssetState[];
  name: string[];
  /** Empty where the time is not told. */
  localAt: string[];
  durationMs: (number | null)[];
  /** Base64. */
  thumbhash: (string | null)[];
  thumb: (string | null)[];
  /** Bit 0: favourite; bit 1: the original is not in storage; bit 2: somebody else's. */
  flags: number[];
};

export const itemColumns = {
  id: asset.id,
  ownerId: asset.ownerId,
  kind: asset.kind,
  state: asset.state,
  name: asset.name,
  localAt: asset.localAt,
  durationMs: asset.durationMs,
  thumbhash: asset.thumbhash,
  derivedVersion: asset.derivedVersion,
  sha256: asset.sha256,
  favourite: asset.favourite,
  missing: asset.missing,
  sourceId: asset.sourceId,
  lockedAt: asset.lockedAt,
};

export type ItemRow = { [Name in keyof typeof itemColumns]: (typeof asset.$inferSelect)[Name] };

/** What a photo tells of itself: when, where, in what words, and by which camera. */
export const aboutColumns = {
  localAt: asset.localAt,
  offsetMinutes: asset.offsetMinutes,
  zone: asset.zone,
  latitude: asset.latitude,
  longitude: asset.longitude,
  description: asset.description,
  exif: asset.exif,
};

export type About = { [Name in keyof typeof aboutColumns]: (typeof asset.$inferSelect)[Name] };

/** The most that one request names: the Worker signs the addresses of so many within its 10 ms of CPU. */
export const MAX_ITEMS = 250;

/** No item. */
export function noItems(): ItemColumns {
  return { id: [], kind: [], state: [], name: [], localAt: [], durationMs: [], thumbhash: [], thumb: [], flags: [] };
}

/** What somebody else than the owner is told: whose favourite it is stays theirs; with `name` neither its name nor its time is told. */
export type Discretion = { name?: string | undefined };

/** Adds an item at the end. */
export function appendItem(ctx: Pick<Ctx, "actor" | "store">, columns: ItemColumns, row: ItemRow, discretion?: Discretion): void {
  const hides = discretion?.name !== undefined;
  columns.id.push(row.id);
  columns.kind.push(row.kind);
  columns.state.push(row.state);
  columns.name.push(discretion?.name ?? row.name);
  columns.localAt.push(hides ? "" : row.localAt);
  columns.durationMs.push(row.durationMs);
  columns.thumbhash.push(row.thumbhash && btoa(String.fromCodePoint(...row.thumbhash)));
  columns.thumb.push(derivedUrl(ctx, row, "thumb"));
  columns.flags.push((row.favourite && !discretion ? 1 : 0) | (row.missing ? 2 : 0) | (discretion ? 4 : 0));
}

const VARIANTS = { thumb: ["thumb.webp", "image/webp"], preview: ["preview.jpg", "image/jpeg"] } as const;

/** Signed in windows of 5 minutes, such a URL lives between 5 and 10. */
const BRIEF = { window: 300 };

/** What decides how long URLs of a photo live. */
export type Whose = Pick<typeof asset.$inferSelect, "ownerId" | "lockedAt">;

/**
 * A presigned URL for reading something of a photo. Of what is another's, or locked, it lives for minutes: it is all that is left to whoever is put
 * out of
 * an album or loses a link, and once the photo is locked again. Of what is one's own it lives as usual.
 */
export function signed({ actor, store }: Pick<Ctx, "actor" | "store">, { ownerId, lockedAt }: Whose, input: PresignGet): string {
  const isOwn = actor.kind === "user" && actor.userId === ownerId;
  return store.sign.get(isOwn && lockedAt === null ? input : { ...input, life: BRIEF });
}

/**
 * The presigned URL of a picture that was made of an asset; null where there is none. A reference shows those of its source. With a
 * `disposition` it is saved, not shown.
 */
export function derivedUrl(
  ctx: Pick<Ctx, "actor" | "store">,
  { id, sourceId, sha256, derivedVersion, ...whose }: Whose & Pick<ItemRow, "id" | "sourceId" | "sha256" | "derivedVersion">,
  variant: keyof typeof VARIANTS,
  disposition?: string,
): string | null {
  if (derivedVersion === null) return null;
  const [name, type] = VARIANTS[variant];
  return signed(ctx, whose, {
    key: derivedKey({ id: sourceId ?? id, sha256 }, name, derivedVersion),
    type,
    ...(disposition !== undefined && { disposition }),
  });
}
