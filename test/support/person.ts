import { session, user } from "@tintype/core/account/table";
import { asset } from "@tintype/core/asset/table";
import { type Ctx, type Database, type Log, newId, transact } from "@tintype/core/kernel";
import { createSigner, type ObjectStore } from "@tintype/core/storage";
import * as Timeline from "@tintype/core/timeline";
import { eq } from "drizzle-orm";
import { createQueue } from "../../packages/functions/src/adapters/queue-postgres.ts";

/** A log that keeps quiet. */
export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, with: () => silent };

const nowhere = { place: "photos at http://store.test:3001" } as ObjectStore;

/** A store for tests that must not need one: whatever is asked of it throws. */
const noStore = new Proxy(nowhere, {
  get: (_, name) => {
    if (name === "place") return nowhere.place;
    // Facts of a store that has neither.
    if (name === "announces" || name === "coldAfterDays") return undefined;
    throw new Error(`this test was not to use the store (${String(name)})`);
  },
});

/** A store that only signs URLs for reading. */
export const signerOnly: ObjectStore = new Proxy(nowhere, {
  get: (_, name): unknown => (name === "sign" ? sign : Reflect.get(noStore, name)),
});

const sign = createSigner({
  endpoint: "http://store.test:3001",
  bucket: "photos",
  region: "us-east-1",
  accessKeyId: "AKIATESTTESTTESTTEST",
  secretAccessKey: "a secret key of the tests, 40 characters",
  pathStyle: true,
});

/** The service itself, on this database. */
export function systemOn(db: Database, rest: Partial<Ctx> = {}): Ctx {
  return { actor: { kind: "system" }, db, store: noStore, queue: createQueue(db), now: () => new Date(), log: silent, ...rest };
}

/** A person with an account, and the ctx in which they act. */
export async function addPerson(system: Ctx, name: string): Promise<{ id: string; handle: string; ctx: Ctx }> {
  const id = newId();
  const handle = name.toLowerCase();
  await system.db.insert(user).values({ id, name, email: `${handle}@example.org`, handle });
  return { id, handle, ctx: { ...system, actor: { kind: "user", userId: id, role: "member" } } };
}

/** A browser in which this person is signed in, and the ctx in which they act in it. */
export async function addSession(system: Ctx, userId: string, { unlocked = false } = {}): Promise<{ id: string; ctx: Ctx }> {
  const id = newId();
  const expiresAt = new Date(Date.now() + 86_400_000);
  await system.db.insert(session).values({ id, token: id, userId, expiresAt, userAgent: "Firefox" });
  return { id, ctx: { ...system, actor: { kind: "user", userId, role: "member", session: { id, unlocked } } } };
}

/** Makes this person the owner of the installation; the ctx is what they act in then. */
export async function beOwner(system: Ctx, { id }: { id: string }): Promise<Ctx> {
  await system.db.update(user).set({ role: "owner" }).where(eq(user.id, id));
  return { ...system, actor: { kind: "user", userId: id, role: "owner" } };
}

type AssetRow = typeof asset.$inferInsert;

/** The row of an asset as ingest leaves it, in the state `ready` unless told otherwise. */
export function assetRow(ownerId: string, localAt: string, rest: Partial<AssetRow> = {}): AssetRow & { id: string } {
  const id = rest.id ?? newId();
  const sha256 = crypto.getRandomValues(new Uint8Array(32));
  return {
    id,
    ownerId,
    state: "ready",
    kind: "photo",
    name: "a.jpg",
    key: `library/x/${id}.jpg`,
    etag: "e",
    size: 10,
    type: "image/jpeg",
    sha256,
    sha1: sha256.subarray(0, 20),
    width: 4,
    height: 3,
    localAt,
    ...rest,
  };
}

/** Such an asset; its bytes are nowhere. */
export async function addAsset(system: Ctx, ownerId: string, localAt: string, rest: Partial<AssetRow> = {}): Promise<string> {
  const row = assetRow(ownerId, localAt, rest);
  await system.db.insert(asset).values(row);
  return row.id;
}

/** An asset as ingest shows it: its month is touched in the same transaction, and packed with the next refresh. */
export function addShown(system: Ctx, ownerId: string, localAt: string, rest: Partial<AssetRow> = {}): Promise<string> {
  return transact(system, async (ctx) => {
    const id = await addAsset(ctx, ownerId, localAt, rest);
    await Timeline.touch(ctx, ownerId, [localAt]);
    return id;
  });
}
