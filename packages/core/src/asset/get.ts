import { bytesToHex } from "@noble/hashes/utils.js";
import { and, eq, sql } from "drizzle-orm";
import { allow, AppError, userOf, type Ctx } from "#kernel";
import { contentDisposition } from "#storage";
import { asset } from "./asset.sql.ts";
import { aboutColumns, derivedUrl, signed, type Whose } from "./item.ts";
import { isInline } from "./show.ts";

/** The columns that are shown as they are. */
const shownColumns = {
  id: asset.id,
  kind: asset.kind,
  state: asset.state,
  reason: asset.reason,
  name: asset.name,
  type: asset.type,
  size: asset.size,
  width: asset.width,
  height: asset.height,
  durationMs: asset.durationMs,
  ...aboutColumns,
  provenance: asset.provenance,
  favourite: asset.favourite,
  rating: asset.rating,
  key: asset.key,
  /** How many people have it in their libraries by reference. */
  references: sql<number>`(select count(*)::int from ${asset} as reference where reference.source_id = ${sql.raw('"asset"."id"')})`,
};

type Shown = { [Name in Exclude<keyof typeof shownColumns, "references">]: (typeof asset.$inferSelect)[Name] } & { references: number };

/**
 * Everything of one asset. URLs are presigned; `original` only for what a browser may show, `download` as an attachment. Both are null while
 * the original is not in the store.
 */
export type Detail = Shown & {
  sha256: string;
  takenAt: string | null;
  createdAt: string;
  /** Its bytes lie with whoever shared it. */
  isReference: boolean;
  archived: boolean;
  locked: boolean;
  /** Since when it lies in the bin. */
  trashedAt: string | null;
  urls: { thumb: string | null; preview: string | null; original: string | null; download: string | null };
};

/** The actor's asset with this id. Throws `not_found`, also for someone else's. */
export async function get(ctx: Ctx, id: string): Promise<Detail> {
  const row = await getOwned(ctx, id);
  const { shown, missing, sourceKey, sha256, takenAt, createdAt, archivedAt, lockedAt, trashedAt } = row;
  return {
    ...shown,
    sha256: bytesToHex(sha256),
    takenAt: takenAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    isReference: sourceKey !== null,
    archived: archivedAt !== null,
    locked: lockedAt !== null,
    trashedAt: trashedAt?.toISOString() ?? null,
    urls: {
      thumb: derivedUrl(ctx, { id, ...row }, "thumb"),
      preview: derivedUrl(ctx, { id, ...row }, "preview"),
      original: !missing && isInline(shown.type) ? signed(ctx, row, { key: originalKey({ ...row, ...shown }), type: shown.type }) : null,
      download: missing ? null : downloadUrl(ctx, { ...row, ...shown }),
    },
  };
}

/** Where the bytes of an original lie: a reference has none of its own. */
export function originalKey({ key, sourceKey }: { key: string; sourceKey: string | null }): string {
  return sourceKey ?? key;
}

/** A presigned URL that saves the original under its own name and never shows it in the page. */
export function downloadUrl(ctx: Ctx, row: Whose & { key: string; sourceKey: string | null; name: string; type: string }): string {
  return signed(ctx, row, { key: originalKey(row), disposition: contentDisposition(row.name), type: row.type });
}

/** The row of the actor's asset with this id. Throws `not_found`, also for someone else's, and `locked` for what is locked. */
export async function getOwned(ctx: Ctx, id: string) {
  const ownerId = userOf(ctx);
  const [row] = await ctx.db
    .select({
      shown: shownColumns,
      ownerId: asset.ownerId,
      missing: asset.missing,
      sha256: asset.sha256,
      takenAt: asset.takenAt,
      createdAt: asset.createdAt,
      derivedVersion: asset.derivedVersion,
      sourceId: asset.sourceId,
      sourceKey: asset.sourceKey,
      archivedAt: asset.archivedAt,
      lockedAt: asset.lockedAt,
      trashedAt: asset.trashedAt,
    })
    .from(asset)
    .where(and(eq(asset.id, id), eq(asset.ownerId, ownerId)));
  if (!row) throw new AppError("not_found", "There is no photo with this id.");
  allow(ctx, row.lockedAt === null ? "asset.read" : "locked.read", { ownerId });
  return row;
}
