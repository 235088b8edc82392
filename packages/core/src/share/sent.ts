import { eq, sql } from "drizzle-orm";
import type { Ctx } from "#kernel";
import { shareLink } from "./share.sql.ts";

const OF_LINK = sql.raw("from upload where upload.link_id = share_link.id and upload.state in ('open', 'received', 'committed')");

/**
 * What guests have sent through a link of a query, or may be sending now, in bytes and files: what ended otherwise is not among it, and what its
 * owner
 * did with it is all one.
 */
export const sentColumns = {
  bytes: sql<number>`(select coalesce(sum(upload.size), 0) ${OF_LINK})`.mapWith(Number),
  count: sql<number>`(select count(*) ${OF_LINK})`.mapWith(Number),
};

/** The same of one link. In a transaction that has locked its row it stays true until the end of that. */
export async function sentThrough({ db }: Pick<Ctx, "db">, linkId: string): Promise<{ bytes: number; count: number }> {
  const [row] = await db.select(sentColumns).from(shareLink).where(eq(shareLink.id, linkId));
  return row ?? { bytes: 0, count: 0 };
}
