import { and, eq, isNull } from "drizzle-orm";
import { asset } from "#asset/table";
import { allow, type Ctx } from "#kernel";
import { PHOTO_BYTES, sniff, SNIFF_BYTES, sourceOf, type Decodable, type AssetRow, type Format, type Ports } from "#media";
import { derivedPrefix, headOf, type ObjectHead } from "#storage";
import { applyEdits, EDITABLE, stripPicture, videoEdits, type Edits } from "#strip";
import { copyKey, isKnown, VERSION } from "./copy.ts";
import { stripped } from "./stripped.sql.ts";

const RETRY_MS = 24 * 3_600_000;
const PUT = { cacheControl: "private, max-age=31536000, immutable" };
const PART = 16 * 1024 * 1024;
/** S3 takes 10,000 parts. */
const MOST_PARTS = 9_000;
const MADE_HERE = /\/stripped-[^/]*$/u;

/** What decoders make a JPEG of where the file itself cannot be taken apart. */
const DECODABLE: ReadonlySet<string> = new Set<Decodable>(["jpeg", "png", "webp", "gif", "tiff", "avif", "heic"]);

/**
 * Makes the copy of an asset's original that tells nothing of it, and removes older ones. `giveUp` notes that none can be made, after too many
 * tries. Idempotent; does nothing for what is there already, and for an original that goes for good. One that the store does not have, or not as the
 * asset tells of it, is looked for again when the asset has changed, or after a day. Of a reference it is made of the source. Throws what trying
 * later can help with.
 */
export async function make(ctx: Ctx, ports: Ports, input: { assetId: string; giveUp?: boolean }): Promise<void> {
  allow(ctx, "ingest.run");
  const madeAt = ctx.now();
  const row = await rowOf(ctx, input.assetId);
  if (!row || row.missing || row.purgedAt !== null || (await isMade(ctx, row))) return;
  if (row.sourceId !== null) return make(ctx, ports, { ...input, assetId: row.sourceId });
  const head = await headOf(ctx.store, row.sourceKey ?? row.key);
  // Other bytes than the row tells of are ingest's to look at first.
  const isThere = head && head.etag === row.etag && head.size === row.size;
  const made = isThere && input.giveUp !== true ? await write(ctx, ports, row, head) : undefined;
  await note(ctx, row, { made, madeAt, retryAt: isThere ? null : new Date(madeAt.getTime() + RETRY_MS) });
}

type Made = { type: string; size: number };

/** `madeAt` is before the row was read: what changes of it later is not overlooked. */
type Noted = { made: Made | undefined; madeAt: Date; retryAt: Date | null };

async function rowOf(ctx: Ctx, id: string): Promise<AssetRow | undefined> {
  return (await ctx.db.select().from(asset).where(eq(asset.id, id)))[0];
}

async function isMade(ctx: Ctx, { id }: AssetRow): Promise<boolean> {
  const known = ctx.db
    .select({ id: stripped.assetId })
    .from(stripped)
    .innerJoin(asset, and(eq(asset.id, stripped.assetId), isKnown(ctx.now())));
  return (await known.where(eq(stripped.assetId, id))).length > 0;
}

/** Puts the copy into the store; undefined when none can be made of such a file. */
async function write(ctx: Ctx, ports: Ports, row: AssetRow, head: ObjectHead): Promise<Made | undefined> {
  const source = sourceOf(ctx, head);
  const format = sniff(head.size === 0 ? new Uint8Array() : await source.read(0, Math.min(head.size, SNIFF_BYTES)), row.name);
  if (EDITABLE.has(format.name)) {
    const edits = await videoEdits(source);
    return edits && writeEdited(ctx, { key: copyKey(row, format.type), type: format.type, head }, edits);
  }
  if (format.kind !== "photo" || head.size > PHOTO_BYTES) return undefined;
  const picture = await pictureOf(ports, await source.read(0, head.size), format);
  if (!picture) return undefined;
  await ctx.store.put(copyKey(row, picture.type), picture.bytes, { ...PUT, type: picture.type });
  return { type: picture.type, size: picture.bytes.length };
}

/** As it is where that can be; else a JPEG of its pixels. */
async function pictureOf(
  ports: Ports,
  bytes: Uint8Array,
  { name, type }: Format,
): Promise<{ type: string; bytes: Uint8Array } | undefined> {
  const same = stripPicture(bytes, name);
  if (same) return { type, bytes: same };
  if (!isDecodable(name)) return undefined;
  const made = await ports.image.plain(bytes, name);
  return "refused" in made ? undefined : { type: "image/jpeg", bytes: made.jpeg };
}

/** Reads a file piece by piece and writes it with its changes: however large it is, little of it is in memory. */
async function writeEdited(ctx: Ctx, { key, type, head }: { key: string; type: string; head: ObjectHead }, edits: Edits): Promise<Made> {
  const source = sourceOf(ctx, head);
  const piece = async (from: number, to: number): Promise<Uint8Array> => {
    const bytes = await source.read(from, Math.min(to, head.size));
    applyEdits(bytes, from, edits);
    return bytes;
  };
  const made = { type, size: head.size };
  if (head.size <= PART) {
    await ctx.store.put(key, await piece(0, head.size), { ...PUT, type });
    return made;
  }
  const step = Math.max(PART, Math.ceil(head.size / MOST_PARTS));
  const { id } = await ctx.store.multipart.create(key, type);
  try {
    const parts = [];
    for (let at = 0; at < head.size; at += step) {
      parts.push(await ctx.store.multipart.put(key, id, parts.length + 1, await piece(at, at + step)));
    }
    await ctx.store.multipart.complete(key, id, parts);
    return made;
  } catch (error) {
    await ctx.store.multipart.abort(key, id).catch((cause: unknown) => ctx.log.warn("stripped.not_aborted", { key, error: cause }));
    throw error;
  }
}

/** Notes what was made, and removes what was made before; all of it when the asset goes for good or has become another meanwhile. */
async function note(ctx: Ctx, row: AssetRow, { made, ...when }: Noted): Promise<void> {
  const values = { sha256: row.sha256, version: VERSION, type: made?.type ?? null, size: made?.size ?? null, ...when };
  const isNoted = await ctx.db.tx(async (db) => {
    const same = and(eq(asset.id, row.id), eq(asset.sha256, row.sha256), isNull(asset.purgedAt));
    const [there] = await db.select({ id: asset.id }).from(asset).where(same).for("key share");
    if (!there) return false;
    await db
      .insert(stripped)
      .values({ assetId: row.id, ...values })
      .onConflictDoUpdate({ target: stripped.assetId, set: values });
    return true;
  });
  const used = isNoted && made ? copyKey(row, made.type) : undefined;
  const { objects } = await ctx.store.list(derivedPrefix(row.id));
  const left = objects.map(({ key }) => key).filter((key) => MADE_HERE.test(key) && key !== used);
  if (left.length > 0) await ctx.store.remove(left);
}

function isDecodable(name: string): name is Decodable {
  return DECODABLE.has(name);
}
