import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, json, objectKey } from "#columns";

/** The ledger that makes ingest idempotent: which step, in which code version, is done for which content of which key. */
export const ingest = pgTable(
  "ingest",
  {
    key: objectKey("key").notNull(),
    etag: text("etag").notNull(),
    /** Step name → code version done. */
    steps: json("steps").$type<Record<string, number>>().notNull().default({}),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.key, t.etag] })],
);
