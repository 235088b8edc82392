import { bigint, integer, pgTable } from "drizzle-orm/pg-core";
import { instant } from "#columns";

const count = (name: string) => bigint(name, { mode: "number" }).notNull().default(0);

/** What the program itself has counted in a calendar month (UTC), one row each. `month` = year × 12 + (month − 1). */
export const usage = pgTable("usage", {
  month: integer("month").primaryKey(),
  /** Requests to the store: those that put, copy or list, and those that read. */
  writes: count("writes"),
  reads: count("reads"),
  /** Addresses for reading that were given out. */
  thumbs: count("thumbs"),
  previews: count("previews"),
  originals: count("originals"),
  /**
   * Of functions that are there only while they work: their calls, their memory in MB times the milliseconds, and what queues were asked for them.
   */
  calls: count("calls"),
  megabyteMs: count("megabyte_ms"),
  messages: count("messages"),
  /** About how long the database was awake because functions asked it, and until when it is by that. */
  awakeMs: count("awake_ms"),
  awakeUntil: instant("awake_until"),
});
