import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, json } from "#columns";

/** The queue: one table, claimed with FOR UPDATE SKIP LOCKED. A row is removed when its job is done. */
export const job = pgTable(
  "job",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind").notNull(),
    /** Unique within a kind; null = never the same as another. */
    dedupe: text("dedupe"),
    payload: json("payload").$type<Record<string, unknown>>().notNull(),
    /** When it may be claimed; when it died, of a dead one. A claim moves it to the end of its lease, so an expired lease needs no special case. */
    runAt: instant("run_at").notNull(),
    /** Claimed and not yet acknowledged; with `runAt` in the past the lease has expired. */
    leased: boolean("leased").notNull().default(false),
    /** Enqueued again while leased: run once more, from this time. */
    againAt: instant("again_at"),
    /** Counts claims; an acknowledgement must name the claim that it belongs to. */
    fence: integer("fence").notNull().default(0),
    attempts: integer("attempts").notNull().default(0),
    dead: boolean("dead").notNull().default(false),
    /** Somebody waits for it: of its kind it comes before those for which nobody does. */
    urgent: boolean("urgent").notNull().default(false),
    error: text("error"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    index("job_due")
      .on(t.kind, t.runAt)
      .where(sql`not dead`),
    index("job_next")
      .on(t.kind, t.urgent, t.runAt)
      .where(sql`not dead`),
    index("job_dead")
      .on(t.id)
      .where(sql`dead`),
    uniqueIndex("job_dedupe").on(t.kind, t.dedupe),
  ],
);

/** Small facts of the installation, by name. */
export const setting = pgTable("setting", {
  name: text("name").primaryKey(),
  value: json("value").notNull(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
});
