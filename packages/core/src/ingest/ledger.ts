import { and, eq, sql } from "drizzle-orm";
import { allow, type Ctx } from "#kernel";
import type { Done } from "#media";
import { folderOf, headOf } from "#storage";
import { ingest } from "./ingest.sql.ts";

/** What the ledger tells of one content of a key; `isCopy` when it was found to be a copy of an asset's original. */
export type Entry = { steps: Done; isCopy: boolean };

/** Whether a row is a copy's, in a query. */
export const IS_COPY = sql<boolean>`${ingest.sha256} is not null`;

/** The entry for one content of a key; without steps when it was never seen. */
export async function readLedger(ctx: Pick<Ctx, "db">, key: string, etag: string): Promise<Entry> {
  const entry = and(eq(ingest.key, key), eq(ingest.etag, etag));
  const [row] = await ctx.db.select({ steps: ingest.steps, isCopy: IS_COPY }).from(ingest).where(entry);
  return row ?? { steps: {}, isCopy: false };
}

/** Adds steps to the entry; `sha256` when this is a copy of an asset's original. */
export async function writeLedger(ctx: Ctx, key: string, etag: string, done: Done, sha256?: Uint8Array): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db
    .insert(ingest)
    .values({ key, etag, steps: { ...done }, sha256 })
    .onConflictDoUpdate({
      target: [ingest.key, ingest.etag],
      set: {
        steps: sql`${ingest.steps} || excluded.steps`,
        sha256: sql`coalesce(excluded.sha256, ${ingest.sha256})`,
        updatedAt: ctx.now(),
      },
    });
}

/** Forgets everything about a key, so that it is looked at afresh when it comes back. */
export async function forget(ctx: Ctx, key: string): Promise<void> {
  allow(ctx, "ingest.run");
  await ctx.db.delete(ingest).where(eq(ingest.key, key));
}

/** Forgets the copies of these bytes in a person's folder, so that they are looked at afresh; returns their keys. */
export async function forgetCopies(ctx: Ctx, handle: string, sha256: Uint8Array): Promise<string[]> {
  allow(ctx, "ingest.run");
  const copies = and(eq(ingest.sha256, sha256), sql`starts_with(${ingest.key}, ${folderOf(handle)})`);
  const rows = await ctx.db.delete(ingest).where(copies).returning({ key: ingest.key });
  return rows.map(({ key }) => key);
}

/** The ledger's name for where a trial by itself stands: nought while it waits, else when it began, in seconds since 1970. */
const TRIAL = "trial";
const WAITS = 0;
/** No function runs for longer: what began before that and is met again never came to an end. */
const LONGEST_S = 900;

/**
 * Where the trial of an object stands, which may end its process: it `waits` for its turn behind others in the same process, is `under way` in
 * another one, or has `begun` and never came to an end.
 */
export type Trial = "waits" | "under way" | "begun";

/**
 * Notes where its trial stands from now on, and gives where it stood before; undefined when there was none. At one that has begun its process was
 * killed. One that waits is not to blame, nor is one under way. One that begins now has begun at `at`.
 */
export async function noteTrial(ctx: Ctx, key: string, trial: "waits" | "begun", at = ctx.now()): Promise<Trial | undefined> {
  allow(ctx, "ingest.run");
  const head = await headOf(ctx.store, key);
  if (!head) return undefined;
  const { steps } = await readLedger(ctx, key, head.etag);
  const before = steps[TRIAL];
  const nowS = secondsOf(at);
  const isNoted = (before ?? WAITS) > WAITS || (before === WAITS && trial === "waits");
  if (!isNoted) await writeLedger(ctx, key, head.etag, { [TRIAL]: trial === "waits" ? WAITS : nowS });
  if (before === undefined) return undefined;
  if (before === WAITS) return "waits";
  return before > nowS - LONGEST_S ? "under way" : "begun";
}

/** It came to an end that does not speak against the object. With `begunAt` this is said of the trial alone that has begun then. */
export async function endTrial(ctx: Ctx, key: string, begunAt?: Date): Promise<void> {
  allow(ctx, "ingest.run");
  const isThat = begunAt && sql`${ingest.steps} @> ${JSON.stringify({ [TRIAL]: secondsOf(begunAt) })}::jsonb`;
  await ctx.db
    .update(ingest)
    .set({ steps: sql`${ingest.steps} - ${TRIAL}::text` })
    .where(and(eq(ingest.key, key), isThat));
}

function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
