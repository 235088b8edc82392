import { user } from "@tintype/core/account/table";
import { album, albumItem } from "@tintype/core/album/table";
import { asset } from "@tintype/core/asset/table";
import { grant } from "@tintype/core/grant/table";
import { type Ctx, newId, transact } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import { shareLink } from "@tintype/core/share/table";
import * as Timeline from "@tintype/core/timeline";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import type { TestApi } from "./api.ts";
import { addAsset } from "./person.ts";
import { addLink } from "./share.ts";

/** A photo of one of three people, with the marks that decide where it is seen; `refers` saves the one before it, if that is another's own. */
export type Photo = {
  owner: number;
  month: number;
  favourite: boolean;
  archived: boolean;
  locked: boolean;
  trashed: boolean;
  held: boolean;
  refers: boolean;
};

export type Role = "viewer" | "contributor" | "editor";

/** A share link to an album. Of one with a password it is not known, was guessed wrong, or was given. */
export type Link = {
  is: "open" | "expired" | "revoked";
  password: null | "unknown" | "wrong" | "given";
  hides: boolean;
  downloads: boolean;
  originals: boolean;
};

/** An album of one of them; `items` are places in the world's list of photos, `roles` what each of the three is to it besides its owner. */
export type Album = { owner: number; items: number[]; roles: (Role | null)[]; link: Link };

/** `shutOut` is whose account is closed, if anybody's. */
export type VisibleWorld = { photos: Photo[]; albums: Album[]; shutOut: number | null };

const PEOPLE = 3;
export const MONTHS = ["2026-09-10T10:00:00", "2026-10-10T10:00:00", "2026-11-10T10:00:00"];

const person = fc.nat(PEOPLE - 1);
/** Mostly not: most photos are in the timeline. */
const seldom = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const photo = fc.record({
  owner: person,
  month: fc.nat(MONTHS.length - 1),
  favourite: fc.boolean(),
  archived: seldom,
  locked: seldom,
  trashed: seldom,
  held: seldom,
  refers: seldom,
});
const link = fc.record({
  is: fc.constantFrom<Link["is"]>("open", "open", "open", "expired", "revoked"),
  password: fc.constantFrom<Link["password"]>(null, null, "given", "given", "wrong", "unknown"),
  hides: fc.boolean(),
  downloads: fc.boolean(),
  originals: fc.boolean(),
});
const role = fc.constantFrom<Role | null>("viewer", "contributor", "editor", null, null);

/** Photos and albums of three people, shared at random. */
export const worlds: fc.Arbitrary<VisibleWorld> = fc.array(photo, { minLength: 4, maxLength: 7 }).chain((photos) =>
  fc.record({
    photos: fc.constant(photos),
    albums: fc.array(
      fc.record({
        owner: person,
        items: fc.uniqueArray(fc.nat(photos.length - 1), { minLength: 1 }),
        roles: fc.array(role, { minLength: PEOPLE, maxLength: PEOPLE }),
        link,
      }),
      { minLength: 1, maxLength: 2 },
    ),
    shutOut: fc.option(person, { freq: 2 }),
  }),
);

/** Of an album: what there is to be seen in it, and by whom. Photos of those who may not add any are in none. */
export function membersOf({ owner, items, roles }: Album, photos: readonly Photo[]): { items: number[]; readers: Set<number> } {
  const adds = (who: number): boolean => who === owner || roles[who] === "contributor" || roles[who] === "editor";
  const readers = roles.flatMap((each, who) => (each === null && who !== owner ? [] : [who]));
  return { items: items.filter((i) => adds(photos[i]!.owner)), readers: new Set([...readers, owner]) };
}

export const PASSWORD = "open sesame";

/**
 * Puts this world in place of the one before it; gives the ids of its photos and albums, and the tokens of its links. The photos' bytes lie at
 * `keyOf`.
 */
export async function place({ system }: TestApi, people: readonly string[], { photos, albums, shutOut }: VisibleWorld) {
  const at = new Date();
  return transact(system, async (ctx) => {
    await ctx.db.delete(album);
    await ctx.db.delete(grant);
    await ctx.db.delete(asset);
    // Whoever was shut out before is let in again, in the browser that they had.
    await ctx.db.update(user).set({ disabledAt: null });
    if (shutOut !== null) await ctx.db.update(user).set({ disabledAt: at }).where(eq(user.id, people[shutOut]!));
    const photoIds: string[] = [];
    for (const [i, { owner, month, ...marks }] of photos.entries()) {
      const id = await addAsset(ctx, people[owner]!, MONTHS[month]!, {
        key: keyOf(i),
        derivedVersion: 1,
        favourite: marks.favourite,
        archivedAt: marks.archived ? at : null,
        lockedAt: marks.locked ? at : null,
        trashedAt: marks.trashed ? at : null,
        heldBy: marks.held ? newId() : null,
        ...sourceOf(i, photos, photoIds),
      });
      photoIds.push(id);
    }
    const albumIds: string[] = [];
    const tokens: string[] = [];
    for (const each of albums) {
      const id = newId();
      await ctx.db.insert(album).values({ id, ownerId: people[each.owner]!, kind: "album", title: "An album" });
      const inside = membersOf(each, photos).items.map((i) => ({ albumId: id, assetId: photoIds[i]! }));
      if (inside.length > 0) await ctx.db.insert(albumItem).values(inside);
      const roles = each.roles.flatMap((is, who) => (is === null || who === each.owner ? [] : [{ role: is, subjectId: people[who]! }]));
      const target = { targetKind: "album", targetId: id, subjectKind: "user" } as const;
      if (roles.length > 0) await ctx.db.insert(grant).values(roles.map((is) => ({ id: newId(), ...target, ...is })));
      albumIds.push(id);
      tokens.push(await placeLink(ctx, people[each.owner]!, id, each.link));
    }
    for (const id of people) await Timeline.touch(ctx, id, MONTHS);
    for (const id of people) await Timeline.refresh(ctx, id);
    return { photoIds, albumIds, tokens };
  });
}

async function placeLink(ctx: Ctx, ownerId: string, albumId: string, { is, password, ...options }: Link): Promise<string> {
  const owner: Ctx = { ...ctx, actor: { kind: "user", userId: ownerId, role: "member" } };
  const may = { hideMetadata: options.hides, allowDownload: options.downloads, allowOriginals: options.originals };
  const { id, token } = await addLink(owner, albumId, { ...may, password: password === null ? null : PASSWORD });
  const past = new Date(Date.now() - 1000);
  if (is === "expired") await ctx.db.update(shareLink).set({ expiresAt: past }).where(eq(shareLink.id, id));
  if (is === "revoked") await Share.revoke(owner, id);
  return token;
}

/** What a photo refers to. Whether that is seen, and by whom, says nothing of who sees the one that refers to it. */
function sourceOf(i: number, photos: readonly Photo[], photoIds: readonly string[]): { sourceId?: string; sourceKey?: string } {
  const before = photos[i - 1];
  if (!before || !photos[i]!.refers || before.refers || before.owner === photos[i]!.owner) return {};
  return { sourceId: photoIds[i - 1]!, sourceKey: keyOf(i - 1) };
}

/** Where the bytes of a photo lie, whoever's it is. */
export function keyOf(i: number): string {
  return `library/x/2026/11/${i}.jpg`;
}
