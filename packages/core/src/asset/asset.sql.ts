import { bigint, boolean, doublePrecision, index, integer, pgTable, smallint, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
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
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex("asset_owner_sha256").on(t.ownerId, t.sha256),
    // Everything that `totals` reads: a library is counted without its rows.
    index("asset_totals").on(t.ownerId, t.kind, t.size),
    index("asset_timeline").on(t.ownerId, t.localAt.desc().nullsFirst(), t.id.desc().nullsFirst()),
  ],
);
