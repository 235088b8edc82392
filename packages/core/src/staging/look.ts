import { and, eq, gt, inArray, like, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { user } from "#account/table";
import { ingestJob } from "#asset";
import { allow, type Ctx } from "#kernel";
import { setting } from "#kernel/table";
import * as Quota from "#quota";
import { INBOX, INCOMING, type ListedObject, stagedParts } from "#storage";
import { upload } from "#upload/table";
import { isPassedOver } from "./inbox.ts";

/** What one look over the staged objects did; `lists` counts its LIST requests, which is what it costs. */
export type Looked = { listed: number; hinted: number; lists: number };

const SETTING = "staging";
const PAGE = 1000;
const PAGES = 5;

/** Behind which key to go on, of each prefix that was not seen to its end. */
const Cursors = z.record(z.string(), z.string());

/**
 * Finds staged objects that nobody told of, or that were left half-way: hints all under `incoming/` and `inbox/` but what is nobody's, not finished,
 * or known as what cannot be taken in; of that, hints what is not there any more, and what there is room for now. Looks at 5 pages of 1,000 each, and
 * goes on there the next time. Two LISTs when there is nothing.
 */
export async function look(ctx: Ctx): Promise<Looked> {
  allow(ctx, "ingest.run");
  const before = await readCursors(ctx);
  const after: Record<string, string> = {};
  const result: Looked = { listed: 0, hinted: 0, lists: 0 };
  for (const prefix of [INCOMING, INBOX]) {
    const cursor = await lookUnder(ctx, prefix, before[prefix], result);
    if (cursor !== undefined) after[prefix] = cursor;
  }
  // Room that was made since is nobody's event.
  result.hinted += await Quota.askAgain(ctx);
  if (JSON.stringify(before) !== JSON.stringify(after)) await writeCursors(ctx, after);
  return result;
}

/** Adds what it finds to `result`; gives where to go on, undefined at the end. */
async function lookUnder(ctx: Ctx, prefix: string, start: string | undefined, result: Looked): Promise<string | undefined> {
  let after = start;
  for (let page = 0; page < PAGES; page++) {
    const { objects, next } = await ctx.store.list(prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    const others = prefix === INBOX ? await removedFrom(ctx, { after, to: next }, objects) : await announcedOf(ctx, objects);
    const keys = [...new Set([...(await takeable(ctx, objects)), ...others])];
    if (keys.length > 0) await ctx.queue.enqueue(keys.map(ingestJob));
    result.lists++;
    result.listed += objects.length;
    result.hinted += keys.length;
    after = next;
    if (after === undefined) break;
  }
  return after;
}

/** Those that belong to an upload of which we know. */
async function announcedOf(ctx: Ctx, objects: readonly ListedObject[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const sources = objects.map(({ key }) => key);
  const rows = await ctx.db.select({ source: upload.source }).from(upload).where(inArray(upload.source, sources));
  return rows.flatMap(({ source }) => source ?? []);
}

/** Those that lie in somebody's folder, are finished, and were not refused as they are. */
async function takeable(ctx: Ctx, objects: readonly ListedObject[]): Promise<string[]> {
  if (objects.length === 0) return [];
  const handles = new Set((await ctx.db.select({ handle: user.handle }).from(user)).map(({ handle }) => handle));
  const sources = objects.map(({ key }) => key);
  const told = await ctx.db
    .select({ key: upload.key, size: upload.size })
    .from(upload)
    .where(and(inArray(upload.source, sources), eq(upload.key, upload.source)));
  const refused = new Map(told.map(({ key, size }) => [key, size]));
  const isWanted = ({ key, size }: ListedObject): boolean => {
    const parts = stagedParts(key);
    return parts !== undefined && handles.has(parts.handle) && !isPassedOver(parts.path) && refused.get(key) !== size;
  };
  return objects.filter(isWanted).map(({ key }) => key);
}

/** What was refused in this piece of the listing of the inbox, and was taken away. */
async function removedFrom(
  ctx: Ctx,
  { after, to }: { after: string | undefined; to: string | undefined },
  objects: readonly ListedObject[],
): Promise<string[]> {
  const listed = sql`${sql.param(objects.map(({ key }) => key))}::text[]`;
  const rows = await ctx.db
    .select({ key: upload.key })
    .from(upload)
    .where(
      and(
        eq(upload.state, "failed"),
        eq(upload.key, upload.source),
        like(upload.key, `${INBOX}%`),
        after === undefined ? undefined : gt(upload.key, after),
        to === undefined ? undefined : lte(upload.key, to),
        sql`${upload.key} <> all(${listed})`,
      ),
    )
    .limit(PAGE);
  return rows.map(({ key }) => key);
}

async function readCursors(ctx: Pick<Ctx, "db">): Promise<Record<string, string>> {
  const [row] = await ctx.db.select({ value: setting.value }).from(setting).where(eq(setting.name, SETTING));
  const parsed = Cursors.safeParse(row?.value ?? {});
  return parsed.success ? parsed.data : {};
}

async function writeCursors(ctx: Ctx, value: Record<string, string>): Promise<void> {
  const row = { name: SETTING, value, updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}
