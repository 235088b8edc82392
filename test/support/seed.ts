import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as Account from "@tintype/core/account";
import { asset } from "@tintype/core/asset/table";
import { account, user } from "@tintype/core/account/table";
import { type Ctx, newId, sha256Of } from "@tintype/core/kernel";
import { job } from "@tintype/core/kernel/table";
import { derivedKey } from "@tintype/core/storage";
import * as Timeline from "@tintype/core/timeline";
import { sql } from "drizzle-orm";
import sharp from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import { scryptPasswords } from "../../packages/functions/src/adapters/password-scrypt.ts";
import { OWNER } from "./client.ts";
import { openMigrated } from "./migrated.ts";
import { addPerson, systemOn } from "./person.ts";

/** Version of the derivative step that the seeded keys name. */
const DERIVED = 1;
const PICTURES = 60;
const ROWS_PER_INSERT = 5_000;
const FILES_AT_ONCE = 64;

/** Width ÷ height of a camera roll: mostly 4:3 and 3:4, some of everything else. */
const RATIOS = [4 / 3, 4 / 3, 4 / 3, 4 / 3, 3 / 4, 3 / 4, 3 / 2, 2 / 3, 16 / 9, 1];

type Picture = { width: number; height: number; webp: Buffer; thumbhash: Buffer };

/** Jobs that a worker gave up, of one kind and for one reason; the later ones come to the front of the list. */
type GivenUp = { kind: string; payloads: readonly Record<string, unknown>[]; reason: string };

/**
 * Makes a library of `photos` assets in a data folder, as ingest leaves it: real rows, packed months, and for every asset its own
 * thumbnail file (small WebPs of soft shapes, so that a hundred thousand fit). About 35 a day, back from 22 November 2026. `member` is somebody
 * who has an account there too: `name@example.org` in lower case, with the owner's password. `takenAt` are the times of the photos, newest first.
 */
export async function seedLibrary(
  dataDir: string,
  photos: number,
  { member, givenUp = [], takenAt }: { member?: string; givenUp?: readonly GivenUp[]; takenAt?: readonly string[] } = {},
): Promise<void> {
  const pictures = await makePictures();
  // Opened once for all that is wanted of it: that is the most of the work.
  const { db, close } = await openMigrated({ folder: join(dataDir, ".tintype") });
  try {
    const system = systemOn(db);
    const secret = { tokenSha256: sha256Of("token"), hash: scryptPasswords.hash };
    await Account.setUp({ ...system, actor: { kind: "anonymous" } }, { token: "token", client: "seed", ...OWNER }, secret);
    const ids = await insertAssets(system, photos, pictures, takenAt);
    await writeThumbs(join(dataDir, "photos"), ids, pictures);
    // The look at what a new person's library has already is done with: to it these photos, which have no originals, would be missing.
    await db.delete(job);
    if (member !== undefined) await addMember(system, member);
    for (const jobs of givenUp) await giveUp(system, jobs);
  } finally {
    await close();
  }
}

async function addMember(system: Ctx, name: string): Promise<void> {
  const [credential] = await system.db.select().from(account).limit(1);
  const { id } = await addPerson(system, name);
  const password = credential?.password ?? null;
  await system.db.insert(account).values({ id: newId(), accountId: id, providerId: "credential", userId: id, password });
}

async function giveUp({ queue }: Ctx, { kind, payloads, reason }: GivenUp): Promise<void> {
  await queue.enqueue(payloads.map((payload) => ({ kind, payload, dedupe: JSON.stringify(payload), runAt: new Date(0) })));
  for (const claimed of await queue.claim([kind], payloads.length, 60_000)) await queue.fail(claimed, reason, null);
}

async function insertAssets(system: Ctx, photos: number, pictures: readonly Picture[], takenAt?: readonly string[]): Promise<string[]> {
  const [owner] = await system.db.select({ id: user.id }).from(user);
  if (!owner) throw new Error("the installation has no owner");
  const widths = sql.join(
    pictures.map(({ width }) => sql`${width * 10}::int`),
    sql`, `,
  );
  const heights = sql.join(
    pictures.map(({ height }) => sql`${height * 10}::int`),
    sql`, `,
  );
  const hashes = sql.join(
    pictures.map(({ thumbhash }) => sql`decode(${thumbhash.toString("hex")}, 'hex')`),
    sql`, `,
  );
  const regular = sql`timestamp '2026-11-22 20:00' - (i / 35) * interval '31 hours' - (i % 35) * interval '7 minutes'`;
  const localAt = takenAt ? sql`(${JSON.stringify(takenAt)}::json->>i)::timestamp` : regular;
  for (let from = 0; from < photos; from += ROWS_PER_INSERT) {
    const to = Math.min(photos, from + ROWS_PER_INSERT);
    await system.db.execute(sql`
      insert into ${asset} (id, owner_id, state, kind, name, key, etag, size, type, sha256, sha1, width, height, thumbhash, derived_version, local_at)
      select id.id, ${owner.id}, 'ready', 'photo', 'IMG_' || i || '.jpg', 'library/anna/' || i || '.jpg', 'e', 4000000, 'image/jpeg',
        sha256(i::text::bytea), substring(sha256(i::text::bytea) for 20),
        (array[${widths}])[i % ${PICTURES} + 1], (array[${heights}])[i % ${PICTURES} + 1], (array[${hashes}])[i % ${PICTURES} + 1], ${DERIVED}, ${localAt}
      from generate_series(${from}::int, ${to - 1}::int) i, lateral (select ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id) id
    `);
  }
  const months = await system.db.selectDistinct({ at: sql<string>`date_trunc('month', ${asset.localAt})::text` }).from(asset);
  await Timeline.touch(
    system,
    owner.id,
    months.map(({ at }) => at.replace(" ", "T")),
  );
  await Timeline.refresh(system, owner.id);
  return Array.from({ length: photos }, (_, i) => `01900000-0000-7000-8000-${i.toString(16).padStart(12, "0")}`);
}

/** The sha256 that the row has. */
function hashOfRow(i: number): Uint8Array {
  return createHash("sha256").update(String(i)).digest();
}

async function writeThumbs(bucket: string, ids: readonly string[], pictures: readonly Picture[]): Promise<void> {
  const write = async (i: number) => {
    const path = join(bucket, derivedKey({ id: ids[i]!, sha256: hashOfRow(i) }, "thumb.webp", DERIVED));
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, pictures[i % PICTURES]!.webp);
  };
  let next = 0;
  const lanes = Array.from({ length: FILES_AT_ONCE }, async () => {
    while (next < ids.length) await write(next++);
  });
  await Promise.all(lanes);
}

/** The rows alone of such a library, of whoever the first person in this database is. */
export async function seedRows(system: Ctx, photos: number): Promise<string[]> {
  return insertAssets(system, photos, await makePictures());
}

function makePictures(): Promise<Picture[]> {
  return Promise.all(Array.from({ length: PICTURES }, (_, i) => makePicture(i)));
}

/** A thumbnail with a short side of 320 and its thumbhash: a sky, a ground and a sun in colours of its own. */
async function makePicture(i: number): Promise<Picture> {
  const ratio = RATIOS[i % RATIOS.length]!;
  const [width, height] = ratio >= 1 ? [Math.round(320 * ratio), 320] : [320, Math.round(320 / ratio)];
  const hue = (i * 47) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl(${hue} 60% 70%)"/><stop offset="1" stop-color="hsl(${hue + 40} 50% 35%)"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/><rect y="${height * 0.7}" width="100%" height="30%" fill="hsl(${hue + 120} 35% 30%)"/>
    <circle cx="${width * (0.2 + (i % 7) * 0.1)}" cy="${height * 0.35}" r="${height * 0.14}" fill="hsl(${hue + 20} 90% 85%)"/></svg>`;
  const webp = await sharp(Buffer.from(svg)).webp({ quality: 80, effort: 2 }).toBuffer();
  const small = await sharp(webp).resize(32, 32, { fit: "inside" }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width, height, webp, thumbhash: Buffer.from(rgbaToThumbHash(small.info.width, small.info.height, small.data)) };
}
