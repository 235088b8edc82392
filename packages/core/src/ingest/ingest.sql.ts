import { sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytes, instant, json, objectKey } from "#columns";

/** The ledger that makes ingest idempotent: which step, in which code version, is done for which content of which key. */
export const ingest = pgTable(
  "ingest",
  {
    key: objectKey("key").notNull(),
    etag: text("etag").notNull(),
    /** Step name → code version done. */
    steps: json("steps").$type<Record<string, number>>().notNull().default({}),
    /** Of a copy that a person keeps beside an asset's original: should that go, it can take its place. */
    sha256: bytes("sha256"),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.key, t.etag] }),
    index("ingest_copies")
      .on(t.sha256)
      .where(sql`${t.sha256} is not null`),
  ],
);
