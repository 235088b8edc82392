import { and, desc, eq, lt, sql } from "drizzle-orm";
import { album, albumItem } from "#album/table";
import { isIn } from "#asset";
import { asset } from "#asset/table";
import { allow, userOf, type Ctx } from "#kernel";
import { originsOf } from "./open.ts";
import { sentColumns } from "./sent.ts";
import { shareLink } from "./share.sql.ts";
import { spentOf } from "./spend.ts";

/** A link as its owner sees it. `egressBytes` counts the present month. */
export type LinkView = {
  id: string;
  album: { id: string; title: string; kind: "album" | "selection"; count: number };
  state: "open" | "expired" | "revoked" | "spent";
  slug: string | null;
  hasPassword: boolean;
  expiresAt: string | null;
  revokedAt: string | null;
  createdAt: string;
  allowDownload: boolean;
  allowOriginals: boolean;
  allowUpload: boolean;
  hideMetadata: boolean;
  frameOrigins: string[];
  views: number;
  budgetBytes: number | null;
  egressBytes: number;
  uploadLimitBytes: number;
  uploadLimitCount: number;
  uploadedBytes: number;
  uploadedCount: number;
};

const PAGE = 100;

/** The actor's links, of one album when given, newest first, 100 at a time; `next` is the `after` of the following page, null with the last. */
export async function list(ctx: Ctx, which: Which = {}): Promise<{ links: LinkView[]; next: string | null }> {
  const ownerId = userOf(ctx);
  allow(ctx, "share.read", { ownerId });
  // It tells what albums are called and how much is in them.
  allow(ctx, "album.read", { ownerId });
  const seen = sql`${albumItem} join ${asset} on ${asset.id} = ${albumItem.assetId}`;
  const count = sql<number>`(select count(*) from ${seen} where ${albumItem.albumId} = ${album.id} and ${isIn("album")})`.mapWith(Number);
  const rows = await ctx.db
    .select({ link: shareLink, about: { title: album.title, kind: album.kind, count }, sent: sentColumns })
    .from(shareLink)
    .innerJoin(album, eq(album.id, shareLink.albumId))
    .where(
      and(
        eq(shareLink.ownerId, ownerId),
        which.album === undefined ? undefined : eq(shareLink.albumId, which.album),
        which.after === undefined ? undefined : lt(shareLink.id, which.after),
      ),
    )
    .orderBy(desc(shareLink.id))
    .limit(PAGE + 1);
  const links = rows.slice(0, PAGE).map((row) => viewOf(row, ctx.now()));
  return { links, next: rows.length > PAGE ? (links.at(-1)?.id ?? null) : null };
}

type Which = { album?: string | undefined; after?: string | undefined };

type Row = {
  link: typeof shareLink.$inferSelect;
  about: { title: string; kind: "album" | "selection"; count: number };
  sent: { bytes: number; count: number };
};

function viewOf({ link, about, sent }: Row, now: Date): LinkView {
  const egressBytes = spentOf(link, now);
  return {
    id: link.id,
    album: { id: link.albumId, ...about },
    state: stateOf(link, egressBytes, now),
    slug: link.slug,
    hasPassword: link.passwordHash !== null,
    expiresAt: link.expiresAt?.toISOString() ?? null,
    revokedAt: link.revokedAt?.toISOString() ?? null,
    createdAt: link.createdAt.toISOString(),
    allowDownload: link.allowDownload,
    allowOriginals: link.allowOriginals,
    allowUpload: link.allowUpload,
    hideMetadata: link.hideMetadata,
    frameOrigins: originsOf(link.frameOrigins),
    views: link.views,
    budgetBytes: link.budgetBytes,
    egressBytes,
    uploadLimitBytes: link.uploadLimitBytes,
    uploadLimitCount: link.uploadLimitCount,
    uploadedBytes: sent.bytes,
    uploadedCount: sent.count,
  };
}

type Times = Pick<typeof shareLink.$inferSelect, "revokedAt" | "expiresAt" | "budgetBytes">;

function stateOf({ revokedAt, expiresAt, budgetBytes }: Times, egressBytes: number, now: Date): LinkView["state"] {
  if (revokedAt !== null) return "revoked";
  if (expiresAt !== null && expiresAt <= now) return "expired";
  return budgetBytes !== null && egressBytes >= budgetBytes ? "spent" : "open";
}
