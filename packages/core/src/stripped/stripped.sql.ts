import { bigint, pgTable, smallint, text, uuid } from "drizzle-orm/pg-core";
import { asset } from "#asset/table";
import { bytes, instant } from "#columns";

/** The copy of an original that tells nothing of it, for links that hide metadata; a row also where none can be made. */
export const stripped = pgTable("stripped", {
  assetId: uuid("asset_id")
    .primaryKey()
    .references(() => asset.id, { onDelete: "cascade" }),
  /** Of the original that it was made of, and by which version of ours: another one's is not served. */
  sha256: bytes("sha256").notNull(),
  version: smallint("version").notNull(),
  /** Null where none can be made. */
  type: text("type"),
  size: bigint("size", { mode: "number" }),
  /** When to try again, where the store did not have the original as the asset tells of it. */
  retryAt: instant("retry_at"),
  madeAt: instant("made_at").notNull().defaultNow(),
});
