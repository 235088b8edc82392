import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { album } from "#album/table";
import { asset } from "#asset/table";
import { bytes, instant } from "#columns";

/** A share link to an album. What its holder may do stands in `grant`; here is what the link itself promises and limits. */
export const shareLink = pgTable(
  "share_link",
  {
    id: uuid("id").primaryKey(),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    albumId: uuid("album_id")
      .notNull()
      .references(() => album.id, { onDelete: "cascade" }),
    /** SHA-256 of the token; null for a link with a name of its own, which needs a password. */
    tokenSha256: bytes("token_sha256").unique(),
    slug: text("slug").unique(),
    passwordHash: text("password_hash"),
    /** Another one with each change of the password: what was unlocked before is locked again. */
    unlockVersion: integer("unlock_version").notNull().default(0),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    allowDownload: boolean("allow_download").notNull().default(true),
    allowOriginals: boolean("allow_originals").notNull().default(true),
    allowUpload: boolean("allow_upload").notNull().default(false),
    /** Neither place nor camera, time or file name leaves through this link. */
    hideMetadata: boolean("hide_metadata").notNull().default(true),
    /** Origins that may show it in a frame, separated by spaces; empty = none. */
    frameOrigins: text("frame_origins").notNull().default(""),
    views: bigint("views", { mode: "number" }).notNull().default(0),
    /**
     * Bytes that may be handed out in a calendar month (UTC); null = no limit. `egressMonth` is year × 12 + month − 1 of what `egressBytes` counts.
     */
    budgetBytes: bigint("budget_bytes", { mode: "number" }),
    egressMonth: integer("egress_month").notNull().default(0),
    egressBytes: bigint("egress_bytes", { mode: "number" }).notNull().default(0),
    /** What guests may send in all. */
    uploadLimitBytes: bigint("upload_limit_bytes", { mode: "number" }).notNull().default(0),
    uploadLimitCount: integer("upload_limit_count").notNull().default(0),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("share_link_owner").on(t.ownerId),
    index("share_link_album").on(t.albumId),
    index("share_link_expiry")
      .on(t.expiresAt)
      .where(sql`${t.revokedAt} is null`),
  ],
);

/** A presigned address of one original that was given out: it cannot be called back before it expires, so it is listed. */
export const directLink = pgTable(
  "direct_link",
  {
    id: uuid("id").primaryKey(),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    assetId: uuid("asset_id").references(() => asset.id, { onDelete: "set null" }),
    name: text("name").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
  },
  (t) => [index("direct_link_owner").on(t.ownerId, t.expiresAt), index("direct_link_asset").on(t.assetId)],
);
