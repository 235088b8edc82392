import { index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { album } from "#album/table";
import { asset } from "#asset/table";
import { instant } from "#columns";

/** A guest sent to an album what its owner has already: it is offered to them as any photo, and until they take it nothing tells of it. */
export const guestOffer = pgTable(
  "guest_offer",
  {
    albumId: uuid("album_id")
      .notNull()
      .references(() => album.id, { onDelete: "cascade" }),
    assetId: uuid("asset_id")
      .notNull()
      .references(() => asset.id, { onDelete: "cascade" }),
    guestName: text("guest_name"),
    sentAt: instant("sent_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.albumId, t.assetId] }), index("guest_offer_asset").on(t.assetId)],
);
