import { and, desc, eq, getTableColumns, gt, isNull, lt } from "drizzle-orm";
import { isIn } from "#asset";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { allow, AppError, isUnlocked, newId, transact, userOf, type Ctx } from "#kernel";
import { contentDisposition, isThere, MAX_EXPIRY } from "#storage";
import { directLink } from "./share.sql.ts";

/** A signed address that was given out: until it expires it works, whatever happens here. */
export type DirectLink = { id: string; assetId: string | null; name: string; createdAt: string; expiresAt: string };

const KEPT_MS = 30 * 24 * 3_600_000;

/**
 * A presigned address that saves one original of the actor's, for curl, another service, a print shop. It cannot be called back, so it is listed;
 * the address itself is kept nowhere. Throws `not_found` for what is not theirs, locked or in the bin, `invalid` for more than 7 days.
 */
export async function createDirect(ctx: Ctx, assetId: string, seconds: number): Promise<DirectLink & { url: string }> {
  allow(ctx, "share.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  allow(ctx, "asset.read", { ownerId });
  if (seconds < 1 || seconds > MAX_EXPIRY) {
    throw new AppError("invalid", "A direct link lives up to 7 days.", { extra: { field: "seconds" } });
  }
  const [row] = await ctx.db
    .select({ name: asset.name, type: asset.type, key: asset.key, sourceKey: asset.sourceKey })
    .from(asset)
    .where(and(eq(asset.id, assetId), eq(asset.ownerId, ownerId), isIn("album"), eq(asset.missing, false)));
  const key = row?.sourceKey ?? row?.key;
  if (!row || key === undefined) throw new AppError("not_found", "There is no photo with this id.");
  if (!(await isThere(ctx.store, key))) throw new AppError("not_found", "The original is no longer in storage.");
  const createdAt = ctx.now();
  const id = newId(createdAt.getTime());
  const expiresAt = new Date(createdAt.getTime() + seconds * 1000);
  await transact(ctx, async (inside) => {
    await inside.db.insert(directLink).values({ id, ownerId, assetId, name: row.name, createdAt, expiresAt });
    await Audit.note(inside, { ownerId, action: "link.direct", details: { asset: assetId, until: expiresAt.toISOString() } });
  });
  const disposition = contentDisposition(row.name);
  const url = ctx.store.sign.get({ key, disposition, type: row.type, life: { exactly: seconds } });
  return { url, ...told({ id, assetId, name: row.name, createdAt, expiresAt }) };
}

/** The actor's direct links that still work, newest first; those to what is locked only to who has shown who they are. */
export async function listDirect(ctx: Ctx): Promise<DirectLink[]> {
  const ownerId = userOf(ctx);
  allow(ctx, "share.read", { ownerId });
  // It tells what photos are called.
  allow(ctx, "asset.read", { ownerId });
  const seen = isUnlocked(ctx) ? undefined : isNull(asset.lockedAt);
  const rows = await ctx.db
    .select(getTableColumns(directLink))
    .from(directLink)
    .innerJoin(asset, and(eq(asset.id, directLink.assetId), seen))
    .where(and(eq(directLink.ownerId, ownerId), gt(directLink.expiresAt, ctx.now())))
    .orderBy(desc(directLink.id));
  return rows.map(told);
}

/** Forgets direct links that stopped working a month ago. */
export async function expire(ctx: Ctx): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db.delete(directLink).where(lt(directLink.expiresAt, new Date(ctx.now().getTime() - KEPT_MS)));
}

type Row = Pick<typeof directLink.$inferSelect, "id" | "assetId" | "name" | "createdAt" | "expiresAt">;

function told({ id, assetId, name, createdAt, expiresAt }: Row): DirectLink {
  return { id, assetId, name, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}
