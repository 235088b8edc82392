import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { PasswordHash } from "@tintype/core/account";
import { asset } from "@tintype/core/asset/table";
import { type Ctx, newId } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import { derivedKey } from "@tintype/core/storage";
import { stripped } from "@tintype/core/stripped/table";
import { eq } from "drizzle-orm";
import { beforeAll } from "vitest";
import { browse, type Browser, ORIGIN, STORE_ORIGIN, type TestApi, useApi } from "./api.ts";
import { addAsset, addPerson } from "./person.ts";
import { addAlbum, quick } from "./share.ts";
import { useStore } from "./store.ts";

/** A photo with everything about it that a link may have to keep to itself, its bytes and what was made of it in the store. */
export async function addSecretPhoto(system: Ctx, ownerId: string, rest: Partial<typeof asset.$inferInsert> = {}): Promise<string> {
  const id = newId();
  const key = `library/anna/2019/07/Ulaanbaatar~${id.slice(-8)}.jpg`;
  const body = utf8ToBytes(`the bytes of ${id}`);
  await system.store.put(key, body, { type: "image/jpeg" });
  await addAsset(system, ownerId, "2019-07-14T10:11:12", {
    id,
    key,
    name: "Ulaanbaatar.jpg",
    size: body.length,
    latitude: 47.918_25,
    longitude: 106.917_5,
    description: "At Bold's",
    exif: { make: "Canary", model: "K-1", keywords: ["Ger"] },
    zone: "Asia/Ulaanbaatar",
    derivedVersion: 1,
    reason: "Its file in storage was replaced by Yesterday.jpg.",
    ...rest,
  });
  const [row] = await system.db.select({ sha256: asset.sha256 }).from(asset).where(eq(asset.id, id));
  if (!row) throw new Error("the photo is not there");
  const copy = utf8ToBytes("a copy that tells nothing");
  await system.store.put(derivedKey({ id, ...row }, "stripped.jpg", 1), copy, { type: "image/jpeg" });
  await system.db.insert(stripped).values({ assetId: id, ...row, version: 1, type: "image/jpeg", size: copy.length });
  return id;
}

/** What of a photo of `addSecretPhoto` is nobody's business where metadata is hidden. */
export const SECRETS = ["Ulaanbaatar", "2019", "47.9", "106.9", "Bold", "Canary", "K-1", "Ger", "library/", "Yesterday"];

/** Somebody who holds a link, in a browser of their own. */
export type Guest = Browser & { token: string; linkId: string };

export type SharedWorld = {
  anna: Awaited<ReturnType<typeof addPerson>>;
  /** An album of Anna's with these photos, and a guest who was sent its link. */
  share: (assetIds: readonly string[], options?: Partial<Share.NewLink>, title?: string) => Promise<Guest>;
};

/** Anna, and the links that she makes; their passwords are hashed as the product does it. */
export async function shareWorld({ app, system }: TestApi, hash: PasswordHash): Promise<SharedWorld> {
  const anna = await addPerson(system, `Anna${newId().slice(-6)}`);
  let guests = 0;
  return {
    anna,
    async share(assetIds, options = {}, title = "Mongolia") {
      const albumId = await addAlbum(system, anna.id, assetIds, title);
      const { id, token } = await Share.create(anna.ctx, { ...options, shared: { albumId } }, hash);
      const browser = browse(app, ORIGIN, `10.9.${(guests >> 8) & 255}.${guests++ & 255}`);
      return { ...browser, token: token ?? options.slug ?? "", linkId: id };
    },
  };
}

/**
 * The API over a store of its own, with Anna, who shares by links whose passwords are hashed quickly; for a test file. `now`: the clock that URLs are
 * signed by.
 */
export function useLinks({ now }: { now?: () => Date } = {}): () => TestApi & { world: SharedWorld } {
  const store = useStore(now && { now });
  const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: STORE_ORIGIN, sign: store().sign }), web: shareFiles }));
  const made: { world?: SharedWorld } = {};
  const here = (): TestApi => ({ ...api(), system: { ...api().system, store: store() } });
  beforeAll(async () => {
    made.world = await shareWorld(here(), quick.hash);
  });
  return () => {
    if (!made.world) throw new Error("nobody is there who shares");
    return { ...here(), world: made.world };
  };
}

/** The built page of links, where its own is not what is tested. */
export function shareFiles(path: string): Promise<Response | undefined> {
  const html = "<!doctype html><html><head><title>Tintype</title></head><body></body></html>";
  const isPage = path === "/s/index.html" || path === "/index.html";
  return Promise.resolve(isPage ? new Response(html, { headers: { "content-type": "text/html" } }) : undefined);
}

type Asked = [method: string, path: string, body?: object];

/** Everything that a link with a photo answers, but its page. */
function routesOf(id: string): Asked[] {
  return [
    ["GET", "open"],
    ["GET", "geometry"],
    ["POST", "items", { ids: [id] }],
    ["GET", `assets/${id}`],
    ["GET", `assets/${id}/original`],
    ["GET", `assets/${id}/preview`],
    ["POST", "downloads", { ids: [id] }],
    ["GET", "feed.xml"],
    ["GET", "feed.json"],
    ["GET", "og.jpg"],
  ];
}

export function ask(guest: Guest, [method, path, body]: Asked): Promise<Response> {
  return method === "GET" ? guest.get(`/s/${guest.token}/${path}`) : guest.send(method, `/s/${guest.token}/${path}`, body);
}

export function page(guest: Guest): Promise<Response> {
  return guest.get(`/s/${guest.token}`);
}

/** The answers of everything that a link answers. */
export function askAll(guest: Guest, id: string): Promise<Response[]> {
  return Promise.all(routesOf(id).map((route) => ask(guest, route)));
}

export async function statuses(guest: Guest, id: string): Promise<number[]> {
  return (await askAll(guest, id)).map(({ status }) => status);
}

/** The same of all of them. */
export function everywhere(status: number): number[] {
  return routesOf("").map(() => status);
}

/** All that answers tell, in their heads and bodies, encoded or not; but for signatures, in whose figures one can read any year. */
export async function told(answers: readonly Response[]): Promise<string> {
  const texts = await Promise.all(answers.map(async (answer) => `${JSON.stringify([...answer.headers])}${await answer.text()}`));
  const unsigned = texts.map((text) => text.replaceAll(/X-Amz-Signature=[0-9a-f]{64}/gu, ""));
  return unsigned.flatMap((text) => [text, text.replaceAll(/(?:%[0-9A-F]{2})+/gu, (part) => decodeURIComponent(part))]).join("\n");
}
