import type { Database } from "@tintype/core/kernel";
import { sql } from "drizzle-orm";

/** What a request that is refused may not change. */
const TABLES = [
  "account",
  "album",
  "album_item",
  "apikey",
  "asset",
  "direct_link",
  "grant",
  "invite",
  "passkey",
  "share_link",
  "upload",
  "user",
];

/** What is counted of looking: of links how often and how much, of keys when last. */
const COUNTED = "{views,egress_bytes,egress_month,last_request,request_count,updated_at}";

/** A number that changes with every row of what a refused request may not change. */
export async function stateOf(db: Database): Promise<unknown> {
  const parts = TABLES.map(
    (name) => sql`(select coalesce(sum(hashtextextended((to_jsonb(t) - ${COUNTED}::text[])::text, 0)), 0) from ${sql.identifier(name)} t)`,
  );
  const { rows } = await db.execute<{ sum: unknown }>(sql`select ${sql.join(parts, sql` + `)} as sum`);
  return rows[0]?.sum;
}
