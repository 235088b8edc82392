import { sql } from "drizzle-orm";
import { bigint, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { bytes, instant, objectKey, wallClock } from "#columns";

/**
 * Every key for which a presigned request was issued has a row here. Ended ones stay a month: they tell a late file's name and time, and decide
 * nothing.
 */
export const upload = pgTable(
  "upload",
  {
    id: uuid("id").primaryKey(),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    /** `open` → `received` (the client says so) → `committed` | `failed` | `expired`. */
    state: text("state").$type<"open" | "received" | "committed" | "failed" | "expired">().notNull(),
    reason: text("reason"),
    key: objectKey("key").notNull(),
    /**
     * Where the bytes arrive when that is not `key`: `incoming/…` or `inbox/…`. Ingest copies them to `key`, and removes them here when they are safe
     * there.
     */
    source: objectKey("source"),
    name: text("name").notNull(),
    type: text("type").notNull(),
    size: bigint("size", { mode: "number" }).notNull(),
    sha256: bytes("sha256").notNull(),
    /** The file's own modification time as the client told it: wall clock in the client's zone. */
    modifiedAt: wallClock("modified_at").notNull(),
    /** The client's zone offset at that time, minutes east of UTC. */
    modifiedOffset: integer("modified_offset"),
    multipartId: text("multipart_id"),
    partSize: integer("part_size"),
    assetId: uuid("asset_id"),
    /** The album that it goes into when it is safe. */
    albumId: uuid("album_id"),
    /** Of a guest's: through which share link it comes, and the name that they gave. */
    linkId: uuid("link_id"),
    guestName: text("guest_name"),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
  },
  (t) => [
    index("upload_key").on(t.key),
    index("upload_source")
      .on(t.source)
      .where(sql`${t.source} is not null`),
    index("upload_link")
      .on(t.linkId)
      .where(sql`${t.linkId} is not null`),
    index("upload_due").on(t.state, t.expiresAt),
    // Two plans of the same file at the same time must not become two uploads, nor two files share a key.
    uniqueIndex("upload_living_bytes")
      .on(t.ownerId, t.sha256, t.size)
      .where(sql`${t.state} in ('open', 'received') and ${t.linkId} is null`),
    // What guests send of the same bytes is theirs, and no owner's upload is told of it or ended with it.
    uniqueIndex("upload_living_sent")
      .on(t.linkId, t.sha256, t.size)
      .where(sql`${t.state} in ('open', 'received') and ${t.linkId} is not null`),
    uniqueIndex("upload_living_key")
      .on(t.key)
      .where(sql`${t.state} in ('open', 'received')`),
  ],
);
