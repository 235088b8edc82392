import { and, asc, eq, inArray, lt } from "drizzle-orm";
import { z } from "zod";
import { user } from "#account/table";
import { ingestJob } from "#asset";
import { asset } from "#asset/table";
import { allow, type Ctx } from "#kernel";
import { setting } from "#kernel/table";
import type { ListedObject } from "#storage";
import { upload } from "#upload/table";
import { ingest } from "./ingest.sql.ts";
import { handleOf } from "./origin.ts";
import { VERIFY } from "./verify.ts";

/** What one sweep did; `isComplete` when it has reached the end of the listing. */
export type Swept = { listed: number; hinted: number; isComplete: boolean };

/** What the database knows of one page of the listing. */
export type Known = {
  assets: readonly { key: string; etag: string }[];
  ledger: readonly { key: string; etag: string; steps: Readonly<Record<string, number>> }[];
  handles: ReadonlySet<string>;
};

const SETTING = "sweep";
const PAGE = 1000;
const LATE_MS = 60_000;
const ROUND_MS = 10 * 60_000;

/** Where the round over the listing stands: the last key seen, or when it ended. */
const Progress = z.object({ after: z.string().optional(), endedAt: z.iso.datetime().optional() });
type Progress = z.infer<typeof Progress>;

/**
 * Finds what events and clients did not tell. Goes over the next `pages` pages of `library/`, on from where the last sweep stopped (a new
 * round begins `roundMs` after the last one ended), and hints every object that is no asset yet, was overwritten, or was put there by hand;
 * also assets that were stored but not read, and uploads that were confirmed but not committed, for more than a minute.
 * An empty listing proves nothing, for the store may be the wrong one: then nothing is hinted at all. Throws what the store throws.
 */
export async function sweep(ctx: Ctx, { pages = 5, roundMs = ROUND_MS }: { pages?: number; roundMs?: number } = {}): Promise<Swept> {
  allow(ctx, "ingest.run");
  const { after, endedAt } = await readProgress(ctx);
  const isResting = endedAt !== undefined && ctx.now().getTime() - Date.parse(endedAt) < roundMs;
  const result = isResting ? await glance(ctx) : await goOn(ctx, pages, after);
  if (result.listed > 0) result.hinted += await hint(ctx, await lateKeys(ctx));
  return result;
}

/** Whether there is anything at all. */
async function glance(ctx: Ctx): Promise<Swept> {
  const { objects } = await ctx.store.list("library/", { limit: 1 });
  return { listed: objects.length, hinted: 0, isComplete: true };
}

async function goOn(ctx: Ctx, pages: number, start: string | undefined): Promise<Swept> {
  const handles = new Set((await ctx.db.select({ handle: user.handle }).from(user)).map((row) => row.handle));
  const result: Swept = { listed: 0, hinted: 0, isComplete: false };
  // Without an account nothing is anybody's: a round would end with all to be found again in the next one, long after the first sign-up.
  if (handles.size === 0) return result;
  let after = start;
  for (let page = 0; page < pages && !result.isComplete; page++) {
    const { objects, next } = await ctx.store.list("library/", { limit: PAGE, ...(after !== undefined && { after }) });
    if (objects.length > 0) result.hinted += await hint(ctx, unknown(objects, { ...(await knownOf(ctx, objects)), handles }));
    result.listed += objects.length;
    result.isComplete = next === undefined;
    after = next;
  }
  await writeProgress(ctx, result.isComplete ? { endedAt: ctx.now().toISOString() } : { after });
  return result;
}

/** The keys of a page that need a look: in somebody's folder, and neither an asset in this version nor settled otherwise. */
export function unknown(objects: readonly ListedObject[], { assets, ledger, handles }: Known): string[] {
  const assetEtags = new Map(assets.map(({ key, etag }) => [key, etag]));
  const settled = new Set(ledger.filter(({ steps }) => steps[VERIFY.name] === VERIFY.version).map(({ key, etag }) => `${etag} ${key}`));
  return objects
    .filter(({ key }) => handles.has(handleOf(key) ?? ""))
    .filter(({ key, etag }) => (assetEtags.has(key) ? assetEtags.get(key) !== etag : !settled.has(`${etag} ${key}`)))
    .map(({ key }) => key);
}

async function knownOf(ctx: Ctx, objects: readonly ListedObject[]): Promise<Omit<Known, "handles">> {
  const keys = objects.map(({ key }) => key);
  const [assets, ledger] = await Promise.all([
    ctx.db.select({ key: asset.key, etag: asset.etag }).from(asset).where(inArray(asset.key, keys)),
    ctx.db.select({ key: ingest.key, etag: ingest.etag, steps: ingest.steps }).from(ingest).where(inArray(ingest.key, keys)),
  ]);
  return { assets, ledger };
}

/** What should be finished by now and is not. */
async function lateKeys(ctx: Ctx): Promise<string[]> {
  const before = new Date(ctx.now().getTime() - LATE_MS);
  const [stored, received] = await Promise.all([
    ctx.db
      .select({ key: asset.key })
      .from(asset)
      .where(and(eq(asset.state, "stored"), lt(asset.updatedAt, before)))
      .orderBy(asc(asset.updatedAt))
      .limit(PAGE),
    ctx.db
      .select({ key: upload.key })
      .from(upload)
      .where(and(eq(upload.state, "received"), lt(upload.createdAt, before)))
      .orderBy(asc(upload.createdAt))
      .limit(PAGE),
  ]);
  return [...new Set([...stored, ...received].map(({ key }) => key))];
}

async function hint(ctx: Ctx, keys: readonly string[]): Promise<number> {
  if (keys.length > 0) await ctx.queue.enqueue(keys.map(ingestJob));
  return keys.length;
}

async function readProgress(ctx: Ctx): Promise<Progress> {
  const [row] = await ctx.db.select({ value: setting.value }).from(setting).where(eq(setting.name, SETTING));
  const parsed = Progress.safeParse(row?.value);
  return parsed.success ? parsed.data : {};
}

async function writeProgress(ctx: Ctx, value: Progress): Promise<void> {
  const row = { name: SETTING, value, updatedAt: ctx.now() };
  await ctx.db.insert(setting).values(row).onConflictDoUpdate({ target: setting.name, set: row });
}
