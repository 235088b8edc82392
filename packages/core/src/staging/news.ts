import { and, eq, inArray, isNotNull, ne, or } from "drizzle-orm";
import { asset } from "#asset/table";
import type { Hint } from "#ingest";
import type { Ctx } from "#kernel";
import { INBOX, INCOMING, LIBRARY } from "#storage";
import * as Upload from "#upload";
import { upload } from "#upload/table";

/**
 * Those hints for which the store has to be asked. Of our own doing the database knows: a copy that is being made of what was staged, which whoever
 * makes it sees to (killed, they are called again at its source), or which was taken in under this etag; and that what was staged has gone, when
 * nothing is told of it any more. Everything else is news.
 */
export async function news(ctx: Pick<Ctx, "db">, hints: readonly Hint[]): Promise<Hint[]> {
  const copies = hints.filter(({ key, is }) => is === "copied" && key.startsWith(LIBRARY));
  const removals = hints.filter(({ key, is }) => is === "removed" && (key.startsWith(INBOX) || key.startsWith(INCOMING)));
  const [ours, told] = await Promise.all([madeByUs(ctx, copies), toldOf(ctx, removals)]);
  return hints.filter((hint) => !ours.has(hint) && (!removals.includes(hint) || told.has(hint.key)));
}

async function madeByUs({ db }: Pick<Ctx, "db">, hints: readonly Hint[]): Promise<ReadonlySet<Hint>> {
  if (hints.length === 0) return new Set();
  const keys = hints.map(({ key }) => key);
  const [moving, assets] = await Promise.all([
    db
      .select({ key: upload.key })
      .from(upload)
      .where(and(inArray(upload.key, keys), inArray(upload.state, [...Upload.LIVING]), isNotNull(upload.source))),
    db
      .select({ key: asset.key, etag: asset.etag })
      .from(asset)
      .where(and(inArray(asset.key, keys), eq(asset.missing, false), ne(asset.state, "stored"))),
  ]);
  const isMoving = new Set(moving.map(({ key }) => key));
  const etags = new Map(assets.map(({ key, etag }) => [key, etag]));
  return new Set(hints.filter(({ key, etag }) => isMoving.has(key) || (etag !== undefined && etags.get(key) === etag)));
}

/** The sources of which an upload tells that is under way, or that they cannot be taken in. */
async function toldOf({ db }: Pick<Ctx, "db">, hints: readonly Hint[]): Promise<ReadonlySet<string>> {
  if (hints.length === 0) return new Set();
  const keys = hints.map(({ key }) => key);
  const tells = or(inArray(upload.state, [...Upload.LIVING]), eq(upload.key, upload.source));
  const rows = await db
    .select({ source: upload.source })
    .from(upload)
    .where(and(inArray(upload.source, keys), tells));
  return new Set(rows.flatMap(({ source }) => source ?? []));
}
