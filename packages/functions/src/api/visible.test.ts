import { addMember, type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { useStore } from "@tintype/test/store";
import { unlockedBrowser } from "@tintype/test/unlocked";
import { type Seen, seenBy } from "@tintype/test/visible-seen";
import { keyOf, membersOf, type Photo, place, type VisibleWorld, worlds } from "@tintype/test/visible-world";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";

const RUNS = 6;
const SEED = 20_261_129;
const MOST_PHOTOS = 7;

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));

/** Who asks: the three people in browsers that were not shown again who they are, and the second in one that was. */
let askers: { who: number; unlocked: boolean; browser: Browser }[];
let people: string[];

beforeAll(async () => {
  const anna = await setUpOwner(api());
  const [bea, cem] = [await addMember(api(), "Bea"), await addMember(api(), "Cem")];
  const { user } = await jsonOf(anna.get("/api/me"));
  people = [user.id, bea.id, cem.id];
  askers = [anna, bea.browser, cem.browser].map((browser, who) => ({ who, unlocked: false, browser }));
  askers.push({ who: 1, unlocked: true, browser: await unlockedBrowser(api(), "bea@example.org") });
  await Promise.all(Array.from({ length: MOST_PHOTOS }, (_, i) => store().put(keyOf(i), new Uint8Array(10), { type: "image/jpeg" })));
});

/** What may be seen, told anew from the words and from nothing that the program has. */
function allowed(
  { photos, albums }: VisibleWorld,
  photoIds: readonly string[],
  { who, unlocked }: { who: number; unlocked: boolean },
): Seen {
  const idsOf = (may: (photo: Photo, i: number) => boolean): string[] => photoIds.filter((_, i) => may(photos[i]!, i)).toSorted();
  const own = (may: (photo: Photo) => boolean): string[] => idsOf((photo) => photo.owner === who && may(photo));
  const timeline = own((photo) => !photo.archived && !photo.locked && !photo.trashed && !photo.held);
  const readable = own((photo) => unlocked || !photo.locked);
  const places: Record<string, string[]> = {
    favourites: own((photo) => photo.favourite && !photo.locked && !photo.trashed && !photo.held),
    archive: own((photo) => photo.archived && !photo.locked && !photo.trashed && !photo.held),
    locked: own((photo) => unlocked && photo.locked && !photo.trashed && !photo.held),
    bin: own((photo) => photo.trashed && (unlocked || !photo.locked)),
    held: own((photo) => photo.held && !photo.trashed),
  };
  const seen: Seen = {
    "timeline count": timeline.length,
    "timeline changes": timeline.length,
    "timeline items": timeline,
    "timeline places": timeline,
    assets: readable,
    originals: readable,
    downloads: readable,
  };
  for (const [kind, ids] of Object.entries(places)) Object.assign(seen, { [kind]: ids, [`${kind} items`]: ids });
  // The cover is the newest photo; of one moment, that with the highest id.
  const newest = (ids: readonly string[]): string[] =>
    ids.toSorted((a, b) => photos[photoIds.indexOf(a)]!.month - photos[photoIds.indexOf(b)]!.month || (a < b ? -1 : 1)).slice(-1);
  const inAlbums = new Set<string>();
  for (const [n, album] of albums.entries()) {
    const { items, readers } = membersOf(album, photos);
    const isShown = ({ locked, trashed, held }: Photo): boolean => !locked && !trashed && !held;
    const ids = readers.has(who) ? idsOf((photo, i) => items.includes(i) && isShown(photo)) : [];
    seen[`album ${n} count`] = ids.length;
    seen[`album ${n} cover`] = newest(ids);
    for (const id of ids) inAlbums.add(id);
    for (const part of ["", " items", " assets", " originals", " downloads"]) seen[`album ${n}${part}`] = ids;
  }
  seen["in an album"] = [...inAlbums].toSorted();
  return seen;
}

it("shows each person through every route exactly what they may see, however photos are marked and albums shared", async () => {
  const property = fc.asyncProperty(worlds, async (world) => {
    const { photoIds, albumIds } = await place(api(), people, world);
    for (const asker of askers) {
      const seen = await seenBy(asker.browser, photoIds, albumIds);
      expect(seen).toEqual(allowed(world, photoIds, asker));
    }
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
}, 120_000);
