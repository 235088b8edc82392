import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { user } from "#account/table";
import { instant } from "#columns";
import type { Field } from "./change.ts";

/**
 * What a mark has changed, who took photos out of an album, or decided on those of guests, to be undone by the token that came with it. Kept for a
 * day.
 */
export const undo = pgTable(
  "undo",
  {
    id: uuid("id").primaryKey(),
    ownerId: uuid("owner_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    token: uuid("token").notNull(),
    at: instant("at").notNull(),
    /**
     * The column of `asset` that was changed, what it was changed to, and what it was before, as Postgres writes them. An `item` was taken out of the
     * album `after`, in which it was what `before` says, in JSON; so waited an `offer` at the album `after`.
     */
    field: text("field").$type<Field | "item" | "offer">().notNull(),
    after: text("after"),
    ids: uuid("ids").array().notNull(),
    before: text("before").array().notNull(),
  },
  (t) => [index("undo_token").on(t.ownerId, t.token), index("undo_at").on(t.at)],
);
