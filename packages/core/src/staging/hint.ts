import { ingestJob } from "#asset";
import type * as Ingest from "#ingest";
import type { Ctx, NewJob } from "#kernel";
import { INBOX } from "#storage";
import { isAtRest, REST_MS } from "./inbox.ts";
import { news } from "./news.ts";

/** When a file in the inbox that was written just now, as the hint tells, is at rest; undefined for what may be looked at at once. */
export function restsAt({ key, is, at }: Ingest.Hint, now: Date): Date | undefined {
  const isFresh = key.startsWith(INBOX) && is !== "removed" && at !== undefined && !isAtRest({ lastModified: at }, now);
  return isFresh ? new Date(at.getTime() + REST_MS) : undefined;
}

/** What hints ask of the queue: nothing where the database knows it already (`news`), and of what was just written to look when it is at rest. */
export async function jobsOf(ctx: Pick<Ctx, "db" | "now">, hints: readonly Ingest.Hint[]): Promise<NewJob[]> {
  const now = ctx.now();
  return (await news(ctx, hints)).map((hint) => {
    const runAt = restsAt(hint, now);
    return { ...ingestJob(hint.key), ...(runAt && { runAt }) };
  });
}
