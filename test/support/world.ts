import { apikey, invite, passkey, session, user } from "@tintype/core/account/table";
import { album, albumItem } from "@tintype/core/album/table";
import { grant } from "@tintype/core/grant/table";
import { type Ctx, newId, newSecret } from "@tintype/core/kernel";
import type { ObjectStore } from "@tintype/core/storage";
import * as Timeline from "@tintype/core/timeline";
import { eq } from "drizzle-orm";
import { addMember, browse, type Browser, jsonOf, ORIGIN, OWNER, setUpOwner, type TestApi } from "./api.ts";
import { addShown } from "./person.ts";
import type { Principal } from "./rules.ts";
import { addLink } from "./share.ts";
import { fileOf, planOne } from "./upload.ts";

/** One of Mia's photos, with what must not be told to those who may not see it. */
export type Photo = { id: string; name: string; key: string; sha256: Uint8Array };

/** What of Mia's is asked for: a photo in each state, all but `loose` in her album; `head` is her timeline's EPOCH.REVISION. */
export type Things = {
  loose: Photo;
  shared: Photo;
  locked: Photo;
  binned: Photo;
  held: Photo;
  album: { id: string; title: string };
  /** Of the viewer of her album. */
  viewerId: string;
  /** A share link of that album. */
  linkId: string;
  uploadId: string;
  head: string;
  /** What is Mia's account: her own id, a browser that she left signed in, a passkey and a key of hers. */
  account: { id: string; sessionId: string; passkeyId: string; keyId: string };
  /** An open invitation of the owner's. */
  invite: { id: string; token: string };
};

type Member = { role: "viewer" | "contributor" | "editor"; id: string };

export type World = {
  browsers: Record<Principal, Browser>;
  miaId: string;
  /** Those whose sessions have ended since sign in anew. */
  signInAgain: () => Promise<void>;
  /** Makes Mia's things anew. */
  make: () => Promise<Things>;
};

/** The people of the matrix (see `PRINCIPALS`), each in a browser of their own, and Mia's things in this store. */
export async function openWorld(given: TestApi, store: ObjectStore): Promise<World> {
  const api = { ...given, system: { ...given.system, store } };
  const admin = await setUpOwner(api);
  const stranger = await addMember(api, "Stan");
  const [viewer, contributor] = [await addMember(api, "Vera"), await addMember(api, "Carl")];
  const [editor, mia] = [await addMember(api, "Eda"), await addMember(api, "Mia")];
  const members: Member[] = [
    { role: "viewer", id: viewer.id },
    { role: "contributor", id: contributor.id },
    { role: "editor", id: editor.id },
  ];
  const browsers = {
    anonymous: browse(api.app, ORIGIN, "10.7.0.1"),
    stranger: stranger.browser,
    admin,
    viewer: viewer.browser,
    contributor: contributor.browser,
    editor: editor.browser,
    owner: mia.browser,
    unlocked: await unlockedBrowser(api, EMAILS["unlocked"]!),
  };
  let count = 0;
  return {
    miaId: mia.id,
    browsers,
    signInAgain: async () => {
      for (const [principal, browser] of Object.entries(browsers)) {
        if (principal === "anonymous" || (await browser.get("/api/me")).ok) continue;
        await signIn(browser, EMAILS[principal] ?? "");
        if (principal === "unlocked") await unlock(api, browser);
      }
    },
    make: () => makeThings(api, mia.id, members, ++count),
  };
}

const EMAILS: Readonly<Record<string, string>> = {
  stranger: "stan@example.org",
  admin: OWNER.email,
  viewer: "vera@example.org",
  contributor: "carl@example.org",
  editor: "eda@example.org",
  owner: "mia@example.org",
  unlocked: "mia@example.org",
};

async function signIn(browser: Browser, email: string): Promise<void> {
  const answer = await browser.send("POST", "/api/auth/sign-in/email", { email, password: OWNER.password });
  if (!answer.ok) throw new Error(`signing in as ${email} answered ${answer.status}: ${await answer.text()}`);
}

/** A browser of its own in which this person has just shown who they are; everybody here has the owner's password. */
async function unlockedBrowser(api: TestApi, email: string): Promise<Browser> {
  const browser = browse(api.app, ORIGIN, "10.7.0.2");
  await signIn(browser, email);
  await unlock(api, browser);
  return browser;
}

async function unlock({ db }: TestApi, browser: Browser): Promise<void> {
  const { session: found } = await jsonOf(browser.get("/api/auth/get-session"));
  await db
    .update(session)
    .set({ unlockedUntil: new Date("2100-01-01") })
    .where(eq(session.id, found.id));
}

async function makeThings(api: TestApi, miaId: string, members: readonly Member[], n: number): Promise<Things> {
  const { system } = api;
  const ctx: Ctx = { ...system, actor: { kind: "user", userId: miaId, role: "member" } };
  const at = new Date();
  const add = (kind: string, state: Parameters<typeof addShown>[3] = {}) => addPhoto(api, miaId, `${kind}-${n}`, state);
  const loose = await add("loose");
  const shared = await add("shared");
  const locked = await add("locked", { lockedAt: at });
  const binned = await add("binned", { trashedAt: at });
  const held = await add("held", { heldBy: newId() });
  // Whoever asks for an original is told whether it is there.
  await Promise.all([loose, shared].map(({ key }) => system.store.put(key, new Uint8Array(10), { type: "image/jpeg" })));
  const id = newId();
  const title = `Canary album ${n}`;
  await system.db.insert(album).values({ id, ownerId: miaId, kind: "album", title });
  const items = [shared, locked, binned, held].map((photo) => ({ albumId: id, assetId: photo.id, addedBy: miaId }));
  await system.db.insert(albumItem).values(items);
  const target = { targetKind: "album", targetId: id, subjectKind: "user", createdBy: miaId } as const;
  await system.db.insert(grant).values(members.map((member) => ({ id: newId(), ...target, subjectId: member.id, role: member.role })));
  const viewerId = members.find(({ role }) => role === "viewer")!.id;
  const { id: linkId } = await addLink(ctx, id);
  const { uploadId } = await planOne(ctx, fileOf(`hers ${n}`, { size: 64 * 1024 ** 2 }));
  await Timeline.refresh(system, miaId);
  const { epoch, revision } = await Timeline.head(ctx);
  const things = { loose, shared, locked, binned, held, album: { id, title }, viewerId, linkId, uploadId, head: `${epoch}.${revision}` };
  return { ...things, account: await makeAccount(api, miaId), invite: await makeInvite(api) };
}

async function makeAccount({ db }: TestApi, id: string): Promise<Things["account"]> {
  const [sessionId, passkeyId, keyId] = [newId(), newId(), newId()];
  // Nobody has very many of them.
  await db.delete(passkey).where(eq(passkey.userId, id));
  await db.delete(apikey).where(eq(apikey.referenceId, id));
  await db.insert(session).values({ id: sessionId, token: sessionId, userId: id, expiresAt: new Date(Date.now() + 86_400_000) });
  const made = { publicKey: "AA", credentialID: passkeyId, counter: 0, deviceType: "singleDevice", backedUp: false };
  await db.insert(passkey).values({ id: passkeyId, userId: id, name: "Phone", ...made });
  await db.insert(apikey).values({ id: keyId, key: keyId, name: "backup", referenceId: id, permissions: '{"tintype":["upload"]}' });
  return { id, sessionId, passkeyId, keyId };
}

async function makeInvite({ db }: TestApi): Promise<Things["invite"]> {
  const [owner] = await db.select({ id: user.id }).from(user).where(eq(user.role, "owner"));
  const [id, { token, sha256 }] = [newId(), newSecret()];
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db.insert(invite).values({ id, tokenSha256: sha256, name: "Guest", createdBy: owner?.id ?? "", expiresAt });
  return { id, token };
}

async function addPhoto({ system }: TestApi, ownerId: string, word: string, state: Parameters<typeof addShown>[3]): Promise<Photo> {
  const [id, sha256, name] = [newId(), crypto.getRandomValues(new Uint8Array(32)), `canary-${word}.jpg`];
  const key = `library/mia/2026/11/canary-${word}~${id.slice(-8)}.jpg`;
  await addShown(system, ownerId, "2026-11-22T10:00:00", { id, name, key, sha256, ...state });
  return { id, name, key, sha256 };
}
