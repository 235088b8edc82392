import { album, albumItem } from "@tintype/core/album/table";
import { grant } from "@tintype/core/grant/table";
import { type Ctx, newId, transact } from "@tintype/core/kernel";
import type { ObjectStore } from "@tintype/core/storage";
import * as Timeline from "@tintype/core/timeline";
import { addMember, browse, type Browser, ORIGIN, setUpOwner, type TestApi } from "./api.ts";
import { addAsset } from "./person.ts";
import { makeAccount, makeInvite, openKeys } from "./world-account.ts";
import { unlockedBrowser } from "./unlocked.ts";
import { openHolders, type Holders } from "./holders.ts";
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

const AT = "2026-11-22T10:00:00";

type Member = { role: "viewer" | "contributor" | "editor"; id: string };

export type World = {
  browsers: Record<Principal, Browser>;
  things: Things;
  /** The token of each that holds a link to Mia's album. */
  tokens: Holders["tokens"];
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
    unlocked: await unlockedBrowser(api, "mia@example.org"),
  };
  // Whoever asks for an original is told whether it is there.
  await Promise.all(["loose", "shared"].map((word) => store.put(keyOf(word), new Uint8Array(10), { type: "image/jpeg" })));
  const things = await makeThings(api, mia.id, members);
  const keys = await openKeys(api, browsers.unlocked);
  const held = await openHolders(api, mia.browser, things.album.id);
  return {
    things,
    tokens: held.tokens,
    browsers: { ...browsers, ...held.browsers, ...keys },
  };
}

function makeThings({ system }: TestApi, miaId: string, members: readonly Member[]): Promise<Things> {
  const mia: Ctx = { ...system, actor: { kind: "user", userId: miaId, role: "member" } };
  return transact(mia, (ctx) => makeInside(ctx, miaId, members));
}

async function makeInside(ctx: Ctx, miaId: string, members: readonly Member[]): Promise<Things> {
  const at = new Date();
  const add = (word: string, state: Parameters<typeof addAsset>[3] = {}) => addPhoto(ctx, miaId, word, state);
  const loose = await add("loose");
  const shared = await add("shared", { derivedVersion: 1 });
  const locked = await add("locked", { lockedAt: at });
  const binned = await add("binned", { trashedAt: at });
  const held = await add("held", { heldBy: newId() });
  const id = newId();
  const title = "Canary album";
  await ctx.db.insert(album).values({ id, ownerId: miaId, kind: "album", title });
  const items = [shared, locked, binned, held].map((photo) => ({ albumId: id, assetId: photo.id, addedBy: miaId }));
  await ctx.db.insert(albumItem).values(items);
  const target = { targetKind: "album", targetId: id, subjectKind: "user", createdBy: miaId } as const;
  await ctx.db.insert(grant).values(members.map((member) => ({ id: newId(), ...target, subjectId: member.id, role: member.role })));
  const viewerId = members.find(({ role }) => role === "viewer")!.id;
  const { id: linkId } = await addLink(ctx, id);
  const { uploadId } = await planOne(ctx, fileOf(`hers ${id}`, { size: 64 * 1024 ** 2 }));
  const system: Ctx = { ...ctx, actor: { kind: "system" } };
  await Timeline.touch(system, miaId, [AT]);
  await Timeline.refresh(system, miaId);
  const { epoch, revision } = await Timeline.head(ctx);
  const things = { loose, shared, locked, binned, held, album: { id, title }, viewerId, linkId, uploadId, head: `${epoch}.${revision}` };
  return { ...things, account: await makeAccount(ctx, miaId), invite: await makeInvite(ctx) };
}

async function addPhoto(ctx: Ctx, ownerId: string, word: string, state: Parameters<typeof addAsset>[3]): Promise<Photo> {
  const [id, sha256, name] = [newId(), crypto.getRandomValues(new Uint8Array(32)), `canary-${word}.jpg`];
  const key = keyOf(word);
  await addAsset(ctx, ownerId, AT, { id, name, key, sha256, ...state });
  return { id, name, key, sha256 };
}

function keyOf(word: string): string {
  return `library/mia/2026/11/canary-${word}~0123abcd.jpg`;
}
