import { boolean, index, integer, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { bytes, instant } from "#columns";

/** A month of an owner's timeline, packed, newest first. `month` = year × 12 + (month − 1). */
export const timelineChunk = pgTable(
  "timeline_chunk",
  {
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    month: integer("month").notNull(),
    /** The timeline revision in which this chunk last changed. */
    revision: integer("revision").notNull(),
    /** Set in the transaction that changes an asset of this month; the refresh job packs the month again and clears it. */
    dirty: boolean("dirty").notNull(),
    count: integer("count").notNull(),
    /** (day of month u8, count u32 little-endian) pairs, newest day first. */
    days: bytes("days").notNull(),
    /** One byte of aspect ratio per asset. */
    ratios: bytes("ratios").notNull(),
    /** 16 bytes of id per asset, in the same order: item ranges of a revision are exact whatever is committed meanwhile. */
    ids: bytes("ids").notNull(),
  },
  (t) => [primaryKey({ columns: [t.ownerId, t.month] }), index("timeline_chunk_dirty").on(t.dirty)],
);

/** The newest revision of an owner's timeline. */
export const timelineHead = pgTable("timeline_head", {
  ownerId: uuid("owner_id")
    .primaryKey()
    .references(() => user.id, { onDelete: "cascade" }),
  /** What its revisions belong to: another owner's, and those of a database that was lost, count from 1 as well. */
  epoch: uuid("epoch").notNull().defaultRandom(),
  revision: integer("revision").notNull(),
  refreshedAt: instant("refreshed_at").notNull().defaultNow(),
});
