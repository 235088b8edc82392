import { bytesToHex } from "@noble/hashes/utils.js";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import * as Account from "#account";
import { asset } from "#asset/table";
import * as Audit from "#audit";
import { isAnyOf } from "#columns";
import { allow, newId, transact, userOf, type Ctx } from "#kernel";
import * as Mark from "#mark";
import { HASH_DIGITS, libraryKey } from "#storage";
import * as Timeline from "#timeline";
import { sourceChanged } from "./due.ts";

type AssetRow = typeof asset.$inferSelect;

/** The ids that were asked for: those that are in the library now, those that were before, and those that nobody has any more. */
export type Added = { saved: string[]; have: string[]; missing: string[] };

/** What became of one, by the id of the row of the actor's own, where it is there now and was not before. */
type Became = { as: keyof Added; fresh?: string };

/**
 * Puts photos of others, which the actor may see and have, into their own library as references: rows of their own, with the bytes where they lie.
 * What they have already, by its bytes, is left as it is, but comes out of the bin, and is there again where its original was lost. A
 * reference of a reference refers to the first original. Costs nothing of the actor's quota while the bytes are another's. By `token` it can be
 * undone
 * as a mark can be: what came goes into the bin.
 */
export async function add(ctx: Ctx, ids: readonly string[], token?: string): Promise<Added> {
  allow(ctx, "asset.write", { ownerId: userOf(ctx) });
  const ownerId = userOf(ctx);
  const { handle } = await Account.get(ctx, ownerId);
  return transact(ctx, async (inside) => {
    const sources = await lockSources(inside, ids);
    const own = await ownOf(inside, ownerId, sources);
    const result: Added = { saved: [], have: [], missing: ids.filter((id) => !sources.some((source) => source.id === id)) };
    const touched: string[] = [];
    const fresh: string[] = [];
    for (const source of sources) {
      const mine = own.get(bytesToHex(source.sha256));
      const became = mine ? await bringBack(inside, mine, source) : await insert(inside, { ownerId, handle }, source);
      result[became.as].push(source.id);
      if (became.as !== "missing") touched.push(mine?.localAt ?? source.localAt);
      if (became.fresh !== undefined) fresh.push(became.fresh);
    }
    if (touched.length > 0) await Timeline.touch(inside, ownerId, touched);
    if (token !== undefined) await Mark.noteAdded(inside, fresh, token);
    await noteSaved(inside, ownerId, sources, result.saved);
    return result;
  });
}

/** Whoever saves, and each whose photos they are, read of it. */
async function noteSaved(ctx: Ctx, saverId: string, sources: readonly AssetRow[], saved: readonly string[]): Promise<void> {
  const of = sources.filter(({ id }) => saved.includes(id)).map(({ ownerId }) => ownerId);
  const givers = [...new Set(of)].map((ownerId) => ({ ownerId, count: of.filter((each) => each === ownerId).length }));
  const notes = of.length === 0 ? [] : [{ ownerId: saverId, count: of.length }, ...givers];
  for (const { ownerId, count } of notes) await Audit.note(ctx, { ownerId, action: "asset.save", details: { count } });
}

/**
 * The photos, and what they refer to, kept as they are until this transaction ends: what is deleted for good in the meantime would be referred to
 * in vain. Those that are on their way out are left out.
 */
async function lockSources(ctx: Ctx, ids: readonly string[]): Promise<AssetRow[]> {
  const rows = await lockKept(ctx, ids);
  const firsts = rows.flatMap(({ sourceId }) => sourceId ?? []);
  const isKept = new Set((firsts.length === 0 ? [] : await lockKept(ctx, firsts)).map(({ id }) => id));
  return rows.filter(({ sourceId, state }) => state !== "stored" && (sourceId === null || isKept.has(sourceId)));
}

/** Those of these whose bytes are there and stay, in the order of their ids. */
function lockKept({ db }: Ctx, ids: readonly string[]): Promise<AssetRow[]> {
  return db
    .select()
    .from(asset)
    .where(and(isAnyOf(asset.id, ids), isNull(asset.purgedAt), eq(asset.missing, false)))
    .orderBy(asset.id)
    .for("share");
}

async function ownOf(ctx: Ctx, ownerId: string, sources: readonly AssetRow[]): Promise<Map<string, AssetRow>> {
  if (sources.length === 0) return new Map();
  const hashes = sources.map(({ sha256 }) => sha256);
  const rows = await ctx.db
    .select()
    .from(asset)
    .where(and(eq(asset.ownerId, ownerId), inArray(asset.sha256, hashes)));
  return new Map(rows.map((row) => [bytesToHex(row.sha256), row]));
}

/** What the actor has of these bytes already. One that is being deleted for good can be saved when it is gone. */
async function bringBack(ctx: Ctx, mine: AssetRow, source: AssetRow): Promise<Became> {
  allow(ctx, "asset.write", { ownerId: mine.ownerId });
  const system: Ctx = { ...ctx, actor: { kind: "system" } };
  // What shows their own bytes, which they have lost, brings back nothing.
  const isLost = mine.missing && (source.sourceId ?? source.id) === mine.id;
  if (isLost || !(await Mark.recover(system, mine.ownerId, [mine.id])).has(mine.id)) return { as: "missing" };
  if (mine.missing) {
    const values = { ...shownOf(source), updatedAt: ctx.now() };
    await ctx.db.update(asset).set(values).where(eq(asset.id, mine.id));
    await sourceChanged(system, mine.id);
  }
  return { as: mine.missing ? "saved" : "have", ...(mine.trashedAt !== null && { fresh: mine.id }) };
}

/** Where the bytes lie and what was made of them. */
function shownOf(source: AssetRow) {
  const { state, reason, etag, width, height, thumbhash, derivedVersion } = source;
  const refers = { sourceId: source.sourceId ?? source.id, sourceKey: source.sourceKey ?? source.key };
  return { state, reason, etag, width, height, thumbhash, derivedVersion, missing: false, ...refers };
}

/** What the file itself tells. */
function factsOf(source: AssetRow) {
  const { kind, name, size, type, sha256, sha1, orientation, durationMs, localAt, offsetMinutes, zone, takenAt } = source;
  const { latitude, longitude, description, exif, provenance } = source;
  const when = { localAt, offsetMinutes, zone, takenAt };
  return { kind, name, size, type, sha256, sha1, orientation, durationMs, latitude, longitude, description, exif, provenance, ...when };
}

/** A row of the actor's own; its key is where its bytes will lie when they have to be copied. */
async function insert(ctx: Ctx, { ownerId, handle }: { ownerId: string; handle: string }, source: AssetRow): Promise<Became> {
  allow(ctx, "asset.write", { ownerId });
  const createdAt = ctx.now();
  const id = newId(createdAt.getTime());
  const { localAt, name, sha256 } = source;
  const extension = /\.([A-Za-z0-9]{1,8})$/u.exec(source.key)?.[1] ?? "bin";
  for (const digits of HASH_DIGITS) {
    const key = libraryKey({ handle, wallClock: localAt, name, sha256: bytesToHex(sha256), extension }, digits);
    const rows = await ctx.db
      .insert(asset)
      .values({
        ...shownOf(source),
        ...factsOf(source),
        id,
        ownerId,
        key,
        createdAt,
        updatedAt: createdAt,
      })
      .onConflictDoNothing()
      .returning({ id: asset.id });
    if (rows.length > 0) return { as: "saved", fresh: id };
    const same = and(eq(asset.ownerId, ownerId), sql`${asset.sha256} = ${sql.param(sha256, asset.sha256)}`);
    if ((await ctx.db.select({ id: asset.id }).from(asset).where(same)).length > 0) return { as: "have" };
  }
  return { as: "missing" };
}
