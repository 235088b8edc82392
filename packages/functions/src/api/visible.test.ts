import { addMember, browse, type Browser, jsonOf, ORIGIN, setUpOwner, useApi } from "@tintype/test/api";
import { shareFiles } from "@tintype/test/link";
import { useStore } from "@tintype/test/store";
import { unlockedBrowser } from "@tintype/test/unlocked";
import { program } from "@tintype/test/world-account";
import { type Seen, seenBy, seenThrough } from "@tintype/test/visible-seen";
import { keyOf, membersOf, PASSWORD, type Photo, place, type VisibleWorld, worlds } from "@tintype/test/visible-world";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";

const RUNS = 6;
const SEED = 20_261_129;
const MOST_PHOTOS = 7;

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }), web: shareFiles }));

/** Somebody who is signed in; a program of theirs sees what its keys' scopes are about. */
type Asker = { who: number; unlocked: boolean; library: boolean; albums: boolean };

/** Who asks: the three people in browsers that were not shown again who they are, the second in one that was, and programs of theirs. */
let askers: (Asker & { browser: Browser })[];
let people: string[];
let guests = 0;

beforeAll(async () => {
  const anna = await setUpOwner(api());
  const [bea, cem] = [await addMember(api(), "Bea"), await addMember(api(), "Cem")];
  const { user } = await jsonOf(anna.get("/api/me"));
  people = [user.id, bea.id, cem.id];
  const all = { library: true, albums: true };
  askers = [anna, bea.browser, cem.browser].map((browser, who) => ({ who, unlocked: false, ...all, browser }));
  const unlocked = await unlockedBrowser(api(), "bea@example.org");
  askers.push({ who: 1, unlocked: true, ...all, browser: unlocked });
  const library = await program(api(), unlocked, ["library.read", "upload"]);
  askers.push({ who: 1, unlocked: false, library: true, albums: false, browser: library });
  const albums = await program(api(), unlocked, ["album.read", "share.write"]);
  askers.push({ who: 1, unlocked: false, library: false, albums: true, browser: albums });
  await Promise.all(Array.from({ length: MOST_PHOTOS }, (_, i) => store().put(keyOf(i), new Uint8Array(10), { type: "image/jpeg" })));
});

/** What may be seen, told anew from the words and from nothing that the program has. */
function allowed({ photos, albums, shutOut }: VisibleWorld, photoIds: readonly string[], { who, unlocked, ...asks }: Asker): Seen {
  const idsOf = (may: (photo: Photo, i: number) => boolean): string[] => photoIds.filter((_, i) => may(photos[i]!, i)).toSorted();
  const isIn = who !== shutOut;
  const own = (may: (photo: Photo) => boolean): string[] => idsOf((photo) => isIn && asks.library && photo.owner === who && may(photo));
  const timeline = own((photo) => !photo.archived && !photo.locked && !photo.trashed && !photo.held);
  const readable = own((photo) => unlocked || !photo.locked);
  const places: Record<string, string[]> = {
    favourites: own((photo) => photo.favourite && !photo.locked && !photo.trashed && !photo.held),
    archive: own((photo) => photo.archived && !photo.locked && !photo.trashed && !photo.held),
    locked: own((photo) => unlocked && photo.locked && !photo.trashed),
    bin: own((photo) => photo.trashed && (unlocked || !photo.locked)),
    held: own((photo) => photo.held && !photo.trashed && !photo.locked),
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
  const inAlbums = new Set<string>();
  for (const [n, album] of albums.entries()) {
    // What somebody has shared with the others of the household stays theirs to see when the account is closed.
    const { items, readers } = membersOf(album, photos);
    const ids = isIn && asks.albums && readers.has(who) ? idsOf((photo, i) => items.includes(i) && isShown(photo)) : [];
    seen[`album ${n} count`] = ids.length;
    seen[`album ${n} cover`] = newest(ids, photos, photoIds);
    for (const id of ids) inAlbums.add(id);
    for (const part of ["", " items", " assets", " originals", " downloads"]) seen[`album ${n}${part}`] = ids;
  }
  seen["in an album"] = [...inAlbums].toSorted();
  return seen;
}

function isShown({ locked, trashed, held }: Photo): boolean {
  return !locked && !trashed && !held;
}

/** The cover is the newest photo; of one moment, that with the highest id. */
function newest(ids: readonly string[], photos: readonly Photo[], photoIds: readonly string[]): string[] {
  return ids.toSorted((a, b) => photos[photoIds.indexOf(a)]!.month - photos[photoIds.indexOf(b)]!.month || (a < b ? -1 : 1)).slice(-1);
}

/** What the holder of the link to an album may see: its photos, while the link and its owner's account live, and with the password if it has one. */
function allowedThrough({ photos, albums, shutOut }: VisibleWorld, photoIds: readonly string[], n: number): Seen {
  const album = albums[n]!;
  const { is, password, downloads } = album.link;
  const isOpen = is === "open" && (password === null || password === "given") && shutOut !== album.owner;
  const { items } = membersOf(album, photos);
  const ids = photoIds.filter((_, i) => isOpen && items.includes(i) && isShown(photos[i]!)).toSorted();
  const face = newest(ids, photos, photoIds);
  const saved = downloads ? ids : [];
  const listed = { geometry: ids, "geometry items": ids, assets: ids, previews: ids, rss: ids, feed: ids };
  return { count: ids.length, cover: face, "og image": face, ...listed, originals: saved, downloads: saved, page: [] };
}

/** Whoever was sent the link to an album, in a browser of their own. */
async function holder({ albums }: VisibleWorld, tokens: readonly string[], n: number): Promise<Browser> {
  const guest = browse(api().app, ORIGIN, `10.9.7.${(guests = (guests % 250) + 1)}`);
  const given = { unknown: undefined, wrong: "open says me", given: PASSWORD };
  const { password } = albums[n]!.link;
  const told = password === null ? undefined : given[password];
  if (told !== undefined) await guest.send("POST", `/s/${tokens[n]}/unlock`, { password: told });
  return guest;
}

it("shows each person, program and holder of a link through every route exactly what they may see, however photos are marked and albums shared", async () => {
  const property = fc.asyncProperty(worlds, async (world) => {
    const { photoIds, albumIds, tokens } = await place(api(), people, world);
    for (const asker of askers) {
      const seen = await seenBy(asker.browser, photoIds, albumIds);
      expect(seen).toEqual(allowed(world, photoIds, asker));
    }
    for (const [n, token] of tokens.entries()) {
      const seen = await seenThrough(await holder(world, tokens, n), token, photoIds);
      expect(seen).toEqual(allowedThrough(world, photoIds, n));
    }
  });
  await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
}, 120_000);
