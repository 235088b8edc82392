import { decode, decodeListed } from "@tintype/core/geometry";
import { fromBytes } from "@tintype/core/kernel";
import { type Browser, jsonOf } from "./api.ts";

/** What somebody is shown, by the route that shows it: the ids of photos, or how many, in an order that does not matter. */
export type Seen = Record<string, readonly string[] | number>;

const KINDS = ["favourites", "archive", "locked", "bin", "held"] as const;

/** Everything that the routes show to this browser, when it asks for each of these photos and albums. */
export async function seenBy(browser: Browser, photoIds: readonly string[], albumIds: readonly string[]): Promise<Seen> {
  const seen: Seen = { ...(await timelineOf(browser, photoIds)) };
  seen["assets"] = await oneByOne(browser, photoIds, (id) => `/api/assets/${id}`);
  seen["originals"] = await oneByOne(browser, photoIds, (id) => `/api/assets/${id}/original`);
  seen["downloads"] = await downloadsOf(browser, "/api/assets/downloads", photoIds);
  for (const kind of KINDS) Object.assign(seen, await collectionOf(browser, kind, `/api/collections/${kind}`, photoIds));
  const albums = await albumsOf(browser);
  for (const [i, albumId] of albumIds.entries()) {
    const listed = albums.find(({ id }) => id === albumId);
    seen[`album ${i} count`] = listed?.count ?? 0;
    seen[`album ${i} cover`] = listed?.cover ? [listed.cover.assetId] : [];
    const path = `/api/albums/${albumId}`;
    Object.assign(seen, await collectionOf(browser, `album ${i}`, path, photoIds));
    seen[`album ${i} assets`] = await oneByOne(browser, photoIds, (id) => `${path}/assets/${id}`);
    seen[`album ${i} originals`] = await oneByOne(browser, photoIds, (id) => `${path}/assets/${id}/original`);
    seen[`album ${i} downloads`] = await downloadsOf(browser, `${path}/downloads`, photoIds);
  }
  seen["in an album"] = await oneByOne(browser, photoIds, (id) => `/api/albums?asset=${id}`, "albums");
  return seen;
}

/** Everything that a share link shows, when its holder asks for each of these photos. */
export async function seenThrough(browser: Browser, token: string, photoIds: readonly string[]): Promise<Seen> {
  const path = `/s/${token}`;
  const opened = await browser.get(`${path}/open`);
  const { count, cover } = opened.ok ? await jsonOf(opened) : { count: 0, cover: null };
  const isPictured = (answer: Response, id: string): boolean => (answer.headers.get("location") ?? "").includes(`/derived/${id}/`);
  const og = await browser.get(`${path}/og.jpg`);
  const rss = await textOf(browser.get(`${path}/feed.xml`));
  const feed = await textOf(browser.get(`${path}/feed.json`));
  const html = await textOf(browser.get(path));
  return {
    count,
    cover: cover === null ? [] : [cover],
    ...(await collectionOf(browser, "geometry", path, photoIds)),
    assets: await oneByOne(browser, photoIds, (id) => `${path}/assets/${id}`),
    previews: await oneByOne(browser, photoIds, (id) => `${path}/assets/${id}/preview`),
    originals: await oneByOne(browser, photoIds, (id) => `${path}/assets/${id}/original`),
    downloads: await downloadsOf(browser, `${path}/downloads`, photoIds),
    rss: photoIds.filter((id) => rss.includes(id)).toSorted(),
    feed: photoIds.filter((id) => feed.includes(id)).toSorted(),
    "og image": photoIds.filter((id) => isPictured(og, id)),
    page: photoIds.filter((id) => html.includes(id)),
  };
}

async function textOf(asked: Promise<Response>): Promise<string> {
  return (await asked).text();
}

type Listed = { id: string; count: number; cover: { assetId: string } | null };

/** All albums, page by page. */
async function albumsOf(browser: Browser): Promise<Listed[]> {
  const albums: Listed[] = [];
  for (let next: string | null = ""; next !== null;) {
    const answer = await browser.get(`/api/albums${next === "" ? "" : `?after=${next}`}`);
    const page: { albums: Listed[]; next: string | null } = answer.ok ? await jsonOf(answer) : { albums: [], next: null };
    albums.push(...page.albums);
    ({ next } = page);
  }
  return albums;
}

async function timelineOf(browser: Browser, photoIds: readonly string[]): Promise<Seen> {
  const whole = await browser.get("/api/timeline/geometry");
  if (!whole.ok) return { "timeline count": 0, "timeline changes": 0, "timeline items": [], "timeline places": [] };
  const { chunks } = decode(new Uint8Array(await whole.arrayBuffer()));
  const ranges = chunks.map(({ month, revision, count }) => `${month}:${revision}:0:${count}`).join(",");
  const items = ranges === "" ? { id: [] } : await jsonOf(browser.get(`/api/timeline/items?ranges=${ranges}`));
  const [epoch = ""] = (whole.headers.get("etag") ?? "").replaceAll(/W\/|"/gu, "").split(".");
  const changes = await browser.get(`/api/timeline/changes?since=${epoch}.0`);
  return {
    "timeline count": chunks.reduce((sum, { count }) => sum + count, 0),
    "timeline changes": decode(new Uint8Array(await changes.arrayBuffer())).chunks.reduce((sum, { count }) => sum + count, 0),
    "timeline items": items.id.toSorted(),
    "timeline places": await oneByOne(browser, photoIds, (id) => `/api/timeline/locate?id=${id}`),
  };
}

async function collectionOf(browser: Browser, name: string, path: string, photoIds: readonly string[]): Promise<Seen> {
  const whole = await browser.get(`${path}/geometry`);
  const { ids } = whole.ok ? decodeListed(new Uint8Array(await whole.arrayBuffer())) : { ids: new Uint8Array(0) };
  const items = await browser.send("POST", `${path}/items`, { ids: photoIds });
  return {
    [name]: Array.from({ length: ids.length / 16 }, (_, i) => fromBytes(ids.subarray(i * 16))).toSorted(),
    [`${name} items`]: items.ok ? (await jsonOf(items)).id.toSorted() : [],
  };
}

/** Those of which the route at `path` tells something: in `list`, where it tells a list. */
async function oneByOne(browser: Browser, ids: readonly string[], path: (id: string) => string, list?: string): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    const answer = await browser.get(path(id));
    // One that is still being made ready is one that they may have.
    const isTold = answer.status < 400 || answer.status === 409;
    if (isTold && (list === undefined || (await jsonOf(answer))[list].length > 0)) found.push(id);
  }
  return found.toSorted();
}

/** One at a time: what one may not have must not hide what one may. */
async function downloadsOf(browser: Browser, path: string, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    const answer = await browser.send("POST", path, { ids: [id] });
    const { files, pending } = answer.ok ? await jsonOf(answer) : { files: [], pending: [] };
    found.push(...files.map((file: { id: string }) => file.id), ...(pending ?? []));
  }
  return found.toSorted();
}
