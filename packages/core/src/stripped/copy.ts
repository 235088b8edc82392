import { and, eq, gt, gte, isNull, or, sql, type SQL } from "drizzle-orm";
import { asset } from "#asset/table";
import { isAnyOf } from "#columns";
import { allow, type Ctx, type NewJob, type Target } from "#kernel";
import { derivedKey } from "#storage";
import { stripped } from "./stripped.sql.ts";

/** Another one makes copies anew, of everything. */
export const VERSION = 1;

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/3gpp": "3gp",
};

/** What lies in the store for those who are to have no metadata; `extension` without a dot. */
export type Copy = { key: string; type: string; size: number; extension: string };

type Original = { id: string; sourceId: string | null; sha256: Uint8Array };

/** Where a copy of this media type lies. A reference has that of its source. */
export function copyKey(row: { id: string; sha256: Uint8Array }, type: string): string {
  return derivedKey(row, `stripped.${EXTENSIONS[type] ?? "bin"}`, VERSION);
}

/**
 * The copies of these originals of an album by the ids of those, in one query: null where none can be made. Those that are not there yet are left
 * out, and are being made from now on, before all others: ask again. Throws `not_found` for an album that the actor does not see.
 */
export async function copies(ctx: Ctx, album: Target, originals: readonly Original[]): Promise<Map<string, Copy | null>> {
  allow(ctx, "album.read", album);
  const ids = originals.map(({ id, sourceId }) => sourceId ?? id);
  const rows = await ctx.db
    .select({ id: stripped.assetId, type: stripped.type, size: stripped.size })
    .from(stripped)
    .innerJoin(asset, and(eq(asset.id, stripped.assetId), isKnown(ctx.now())))
    .where(isAnyOf(stripped.assetId, ids));
  const made = new Map(rows.map((row) => [row.id, row]));
  const found = new Map<string, Copy | null>();
  const pending: string[] = [];
  for (const { id, sourceId, sha256 } of originals) {
    const row = made.get(sourceId ?? id);
    if (!row) pending.push(sourceId ?? id);
    else found.set(id, row.type === null ? null : copyOf({ id: sourceId ?? id, sha256 }, row.type, row.size ?? 0));
  }
  if (pending.length > 0) await ctx.queue.enqueue([...new Set(pending)].map((id) => ({ ...job(id), urgent: true })));
  return found;
}

function copyOf(row: { id: string; sha256: Uint8Array }, type: string, size: number): Copy {
  return { key: copyKey(row, type), type, size, extension: EXTENSIONS[type] ?? "bin" };
}

/**
 * Whether a row tells what has become of the copy of an asset that a query joins it with: by this version, of these bytes, and where none could be
 * made
 * of what the store had, of the asset as it still is and until it is time to try again.
 */
export function isKnown(now: Date): SQL | undefined {
  const isLasting = and(gt(stripped.retryAt, now), gte(stripped.madeAt, asset.updatedAt));
  return and(eq(stripped.sha256, asset.sha256), eq(stripped.version, VERSION), or(isNull(stripped.retryAt), isLasting));
}

/** The bytes of the copy of an asset of a query: those of the original where it is not made yet, and `otherwise` (or null) where none can be made. */
export function bytesOf(now: Date, otherwise: SQL): SQL {
  const id = sql`coalesce(${asset.sourceId}, ${asset.id})`;
  const ofThis = sql`from ${stripped} where ${eq(stripped.assetId, id)} and ${isKnown(now)}`;
  return sql`case when exists (select 1 ${ofThis}) then coalesce((select ${stripped.size} ${ofThis}), ${otherwise}) else ${asset.size} end`;
}

/** Asks for the copy of one asset; asked for twice, it is made once. */
export function job(assetId: string): NewJob {
  return { kind: "strip", payload: { assetId }, dedupe: assetId };
}
