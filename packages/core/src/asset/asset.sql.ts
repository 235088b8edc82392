import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { bytes, instant, json, objectKey, wallClock } from "#columns";
import type { AssetKind, AssetState, Exif, Provenance } from "./kind.ts";

/** One original in the bucket: the central table. Times are told three ways: wall clock, offset and instant, each with its source. */
export const asset = pgTable(
  "asset",
  {
    id: uuid("id").primaryKey(),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    state: text("state").$type<AssetState>().notNull(),
    /** True while its original is not in the store; the same bytes are then taken again from whoever has them. */
    missing: boolean("missing").notNull().default(false),
    /** Why it is `unprocessable`, in words for the owner. */
    reason: text("reason"),
    kind: text("kind").$type<AssetKind>().notNull(),
    /** The file's name as it was given, before it was made safe for a key. */
    name: text("name").notNull(),
    key: objectKey("key").notNull().unique(),
    etag: text("etag").notNull(),
    size: bigint("size", { mode: "number" }).notNull(),
    /** The media type found by magic bytes. */
    type: text("type").notNull(),
    sha256: bytes("sha256").notNull(),
    sha1: bytes("sha1").notNull(),
    /** Pixels as displayed, after orientation. */
    width: integer("width"),
    height: integer("height"),
    orientation: smallint("orientation"),
    durationMs: integer("duration_ms"),
    thumbhash: bytes("thumbhash"),
    /** Version of the derivative step that made thumb and preview; null when there are none. */
    derivedVersion: smallint("derived_version"),
    /** Bytes of both; null when there are none, and of those that were made before this was noted. */
    derivedBytes: integer("derived_bytes"),
    /** The photographer's wall clock: what the timeline sorts by and what a day is. Never null: falls back to the file's time. */
    localAt: wallClock("local_at").notNull(),
    /** Minutes east of UTC; null = unknown. */
    offsetMinutes: smallint("offset_minutes"),
    zone: text("zone"),
    /** The instant; null while the offset is unknown. */
    takenAt: instant("taken_at"),
    latitude: doublePrecision("latitude"),
    longitude: doublePrecision("longitude"),
    description: text("description"),
    /** Camera and exposure, as read. */
    exif: json("exif").$type<Exif>().notNull().default({}),
    /** Which tag or fallback each field came from. */
    provenance: json("provenance").$type<Provenance>().notNull().default({}),
    favourite: boolean("favourite").notNull().default(false),
    /** 1 to 5; null = none. */
    rating: smallint("rating"),
    /** Where it is seen and where not is decided by `core/asset/place.ts` alone. */
    archivedAt: instant("archived_at"),
    lockedAt: instant("locked_at"),
    trashedAt: instant("trashed_at"),
    /** Deleted for good: seen nowhere and not to be brought back; the row goes once the bytes have gone. */
    purgedAt: instant("purged_at"),
    /** Came through this share link, and its owner has not said yet whether it stays. */
    heldBy: uuid("held_by"),
    /** The name that a guest gave. */
    guestName: text("guest_name"),
    /** Of a reference: whose original it shows. Its bytes lie at `sourceKey` until that goes; then they are copied to `key`. */
    sourceId: uuid("source_id").references((): AnyPgColumn => asset.id, { onDelete: "set null" }),
    sourceKey: objectKey("source_key"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("asset_owner_sha256").on(t.ownerId, t.sha256),
    // Everything that `totals` reads: a library is counted without its rows.
    index("asset_totals").on(t.ownerId, t.kind, t.size),
    index("asset_favourite")
      .on(t.ownerId)
      .where(sql`${t.favourite}`),
    index("asset_archived")
      .on(t.ownerId)
      .where(sql`${t.archivedAt} is not null`),
    index("asset_locked")
      .on(t.ownerId)
      .where(sql`${t.lockedAt} is not null`),
    index("asset_trashed")
      .on(t.ownerId, t.trashedAt)
      .where(sql`${t.trashedAt} is not null`),
    index("asset_purged")
      .on(t.purgedAt)
      .where(sql`${t.purgedAt} is not null`),
    index("asset_held")
      .on(t.ownerId, t.heldBy)
      .where(sql`${t.heldBy} is not null`),
    index("asset_source")
      .on(t.sourceId)
      .where(sql`${t.sourceId} is not null`),
    // What counts for its owner's quota.
    index("asset_quota")
      .on(t.ownerId, t.size)
      .where(sql`${t.sourceKey} is null`),
    // Those whose bytes are another's: they cost their owner nothing.
    index("asset_reference")
      .on(t.ownerId, t.size)
      .where(sql`${t.sourceKey} is not null`),
    // What is summed up of thumbnails and previews.
    index("asset_derived")
      .on(t.derivedBytes)
      .where(sql`${t.derivedVersion} is not null and ${t.sourceId} is null`),
    index("asset_timeline").on(t.ownerId, t.localAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
  ],
);
