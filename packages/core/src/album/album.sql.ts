import { doublePrecision, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { asset } from "#asset/table";
import { instant } from "#columns";

/** An album; a `selection` is one that no list shows: the photos of a share link that were picked by hand. */
export const album = pgTable(
  "album",
  {
    id: uuid("id").primaryKey(),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    kind: text("kind").$type<"album" | "selection">().notNull(),
    title: text("title").notNull(),
    description: text("description").notNull().default(""),
    /** Chosen by hand; else its newest photo is its cover. */
    coverId: uuid("cover_id").references(() => asset.id, { onDelete: "set null" }),
    sort: text("sort").$type<"newest" | "oldest" | "manual">().notNull().default("newest"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [index("album_owner").on(t.ownerId)],
);

/** A photo in an album. */
export const albumItem = pgTable(
  "album_item",
  {
    albumId: uuid("album_id")
      .notNull()
      .references(() => album.id, { onDelete: "cascade" }),
    assetId: uuid("asset_id")
      .notNull()
      .references(() => asset.id, { onDelete: "cascade" }),
    /** Who brought it; null when their account is gone, or a guest did. */
    addedBy: uuid("added_by").references(() => user.id, { onDelete: "set null" }),
    /** Orders an album that is sorted by hand. */
    position: doublePrecision("position").notNull().default(0),
    addedAt: instant("added_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.albumId, t.assetId] }), index("album_item_asset").on(t.assetId)],
);
