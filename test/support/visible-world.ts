import { album, albumItem } from "@tintype/core/album/table";
import { asset } from "@tintype/core/asset/table";
import { grant } from "@tintype/core/grant/table";
import { newId, transact } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import fc from "fast-check";
import type { TestApi } from "./api.ts";
import { addAsset } from "./person.ts";

/** A photo of one of three people, with the marks that decide where it is seen. */
export type Photo = {
  owner: number;
  month: number;
  favourite: boolean;
  archived: boolean;
  locked: boolean;
  trashed: boolean;
  held: boolean;
};

export type Role = "viewer" | "contributor" | "editor";

/** An album of one of them; `items` are places in the world's list of photos, `roles` what each of the three is to it besides its owner. */
export type Album = { owner: number; items: number[]; roles: (Role | null)[] };

export type VisibleWorld = { photos: Photo[]; albums: Album[] };

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
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
);

/** Of an album: what there is to be seen in it, and by whom. Photos of those who may not add any are in none. */
export function membersOf({ owner, items, roles }: Album, photos: readonly Photo[]): { items: number[]; readers: Set<number> } {
  const adds = (who: number): boolean => who === owner || roles[who] === "contributor" || roles[who] === "editor";
  const readers = roles.flatMap((each, who) => (each === null && who !== owner ? [] : [who]));
  return { items: items.filter((i) => adds(photos[i]!.owner)), readers: new Set([...readers, owner]) };
}

/** Puts this world in place of the one before it; gives the ids of its photos and albums. The photos' bytes lie at `keyOf`. */
export async function place({ system }: TestApi, people: readonly string[], { photos, albums }: VisibleWorld) {
  const at = new Date();
  return transact(system, async (ctx) => {
    await ctx.db.delete(album);
    await ctx.db.delete(grant);
    await ctx.db.delete(asset);
    const photoIds: string[] = [];
    for (const [i, { owner, month, ...marks }] of photos.entries()) {
      const id = await addAsset(ctx, people[owner]!, MONTHS[month]!, {
        key: keyOf(i),
        favourite: marks.favourite,
        archivedAt: marks.archived ? at : null,
        lockedAt: marks.locked ? at : null,
        trashedAt: marks.trashed ? at : null,
        heldBy: marks.held ? newId() : null,
      });
      photoIds.push(id);
    }
    const albumIds: string[] = [];
    for (const each of albums) {
      const id = newId();
      await ctx.db.insert(album).values({ id, ownerId: people[each.owner]!, kind: "album", title: "An album" });
      const inside = membersOf(each, photos).items.map((i) => ({ albumId: id, assetId: photoIds[i]! }));
      if (inside.length > 0) await ctx.db.insert(albumItem).values(inside);
      const roles = each.roles.flatMap((is, who) => (is === null || who === each.owner ? [] : [{ role: is, subjectId: people[who]! }]));
      const target = { targetKind: "album", targetId: id, subjectKind: "user" } as const;
      if (roles.length > 0) await ctx.db.insert(grant).values(roles.map((is) => ({ id: newId(), ...target, ...is })));
      albumIds.push(id);
    }
    for (const id of people) await Timeline.touch(ctx, id, MONTHS);
    for (const id of people) await Timeline.refresh(ctx, id);
    return { photoIds, albumIds };
  });
}

/** Where the bytes of a photo lie, whoever's it is. */
export function keyOf(i: number): string {
  return `library/x/2026/11/${i}.jpg`;
}
