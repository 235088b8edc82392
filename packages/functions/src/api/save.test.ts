import { asset } from "@tintype/core/asset/table";
import { audit } from "@tintype/core/audit/table";
import { grant } from "@tintype/core/grant/table";
import { newId } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import { TOKEN } from "@tintype/test/marked";
import { addMember, type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { addSecretPhoto, type Guest, type SharedWorld, shareWorld } from "@tintype/test/link";
import { addAlbum } from "@tintype/test/share";
import { useStore } from "@tintype/test/store";
import { unlockedBrowser } from "@tintype/test/unlocked";
import { hashPassword } from "better-auth/crypto";
import { and, eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";

const GIVES = { hideMetadata: false };

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));
const system = () => ({ ...api().system, store: store() });

let world: SharedWorld;
let ben: { id: string; browser: Browser };
let photo: string;

beforeAll(async () => {
  await setUpOwner(api());
  ben = await addMember(api(), "Ben");
  world = await shareWorld({ ...api(), system: system() }, hashPassword);
});

beforeEach(async () => {
  photo = await addSecretPhoto(system(), world.anna.id);
});

const ofBen = () =>
  system()
    .db.select()
    .from(asset)
    .where(and(eq(asset.ownerId, ben.id), eq(asset.sourceId, photo)));
const bytesAt = async (url: string) => (await fetch(url)).text();

/** Ben saves what a link shows, in the browser in which he is signed in. */
const saveFrom = ({ token }: Pick<Guest, "token">, headers = {}) => ben.browser.send("POST", `/s/${token}/save`, { ids: [photo] }, headers);
const maySave = async (browser: Browser, { token }: Pick<Guest, "token">) => (await jsonOf(browser.get(`/s/${token}/open`))).may.save;

describe("what is shared in an album", () => {
  const shared = async () => {
    const albumId = await addAlbum(system(), world.anna.id, [photo], "Mongolia");
    const subject = { subjectKind: "user", subjectId: ben.id, targetKind: "album", targetId: albumId } as const;
    await system()
      .db.insert(grant)
      .values({ id: newId(), ...subject, role: "viewer" });
    return albumId;
  };

  it("is saved to one's own library, with its original, and that is undone like a mark", async () => {
    const saved = ben.browser.send("POST", `/api/albums/${await shared()}/save`, { ids: [photo, newId()], token: TOKEN });
    expect(await jsonOf(saved)).toMatchObject({ saved: [photo], have: [], missing: [expect.any(String)] });
    const [mine] = await ofBen();
    const { isReference, urls } = await jsonOf(ben.browser.get(`/api/assets/${mine!.id}`));
    expect([isReference, await bytesAt(urls.download)]).toEqual([true, `the bytes of ${photo}`]);
    const { files } = await jsonOf(ben.browser.send("POST", "/api/assets/downloads", { ids: [mine!.id] }));
    expect(await bytesAt(files[0].url)).toBe(`the bytes of ${photo}`);
    const original = await ben.browser.get(`/api/assets/${mine!.id}/original`);
    expect(await bytesAt(original.headers.get("location")!)).toBe(`the bytes of ${photo}`);
    const notes = await api()
      .db.select({ ownerId: audit.ownerId, details: audit.details })
      .from(audit)
      .where(eq(audit.action, "asset.save"));
    expect(notes).toEqual([ben.id, world.anna.id].map((ownerId) => ({ ownerId, details: { count: 1 } })));

    expect(await jsonOf(ben.browser.send("POST", "/api/assets/undo", { token: TOKEN }))).toEqual({ changed: 1 });
    expect((await ofBen())[0]!.trashedAt).not.toBeNull();
  });

  it("stays saved when it is not shared any more", async () => {
    const albumId = await shared();
    await ben.browser.send("POST", `/api/albums/${albumId}/save`, { ids: [photo] });
    await system().db.delete(grant).where(eq(grant.targetId, albumId));
    expect((await ben.browser.send("POST", `/api/albums/${albumId}/save`, { ids: [photo] })).status).toBe(404);
    const [mine] = await ofBen();
    const { urls } = await jsonOf(ben.browser.get(`/api/assets/${mine!.id}`));
    expect(await bytesAt(urls.download)).toBe(`the bytes of ${photo}`);
  });

  it("and saved can be shared on, downloaded and linked to, from where its bytes lie", async () => {
    await ben.browser.send("POST", `/api/albums/${await shared()}/save`, { ids: [photo] });
    const [mine] = await ofBen();
    const { url } = await jsonOf(ben.browser.send("POST", "/api/direct-links", { assetId: mine!.id, seconds: 60 }));
    expect(await bytesAt(url)).toBe(`the bytes of ${photo}`);
    const bens = { kind: "user", userId: ben.id, role: "member" } as const;
    const albumId = await addAlbum(system(), ben.id, [mine!.id], "Mine");
    for (const [hideMetadata, text] of [
      [false, `the bytes of ${photo}`],
      [true, "a copy that tells nothing"],
    ] as const) {
      const { token } = await Share.create({ ...system(), actor: bens }, { hideMetadata, shared: { albumId } }, hashPassword);
      const guest = await world.share([photo]);
      const { files } = await jsonOf(guest.send("POST", `/s/${token}/downloads`, { ids: [mine!.id] }));
      expect(await bytesAt(files[0].url)).toBe(text);
    }
  });
});

describe("what a link shows", () => {
  it("is saved by who is signed in in this browser, and stays when the link is revoked", async () => {
    const guest = await world.share([photo], GIVES);
    expect([await maySave(guest, guest), await maySave(ben.browser, guest)]).toEqual([false, true]);
    expect((await guest.send("POST", `/s/${guest.token}/save`, { ids: [photo] })).status).toBe(401);
    expect(await jsonOf(saveFrom(guest))).toEqual({ saved: [photo], have: [], missing: [] });
    await Share.revoke(world.anna.ctx, guest.linkId);
    expect((await saveFrom(guest)).status).toBe(404);
    const [mine] = await ofBen();
    const { urls } = await jsonOf(ben.browser.get(`/api/assets/${mine!.id}`));
    expect(await bytesAt(urls.download)).toBe(`the bytes of ${photo}`);
  });

  it("is not to be saved where it hides something or gives no originals, nor what it does not show", async () => {
    for (const options of [{}, { ...GIVES, allowOriginals: false }, { ...GIVES, allowDownload: false }]) {
      const guest = await world.share([photo], options);
      expect(await maySave(ben.browser, guest)).toBe(false);
      expect((await saveFrom(guest)).status).toBe(403);
    }
    const other = await addSecretPhoto(system(), world.anna.id);
    expect(await jsonOf(saveFrom(await world.share([other], GIVES)))).toEqual({ saved: [], have: [], missing: [photo] });
    expect(await ofBen()).toEqual([]);
  });

  it("is saved for no other site, by no API key, and not without the link's password", async () => {
    const open = await world.share([photo], GIVES);
    expect((await saveFrom(open, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await saveFrom(open, { origin: "https://elsewhere.example" })).status).toBe(403);
    const guarded = await world.share([photo], { ...GIVES, password: "sea and salt" });
    expect((await saveFrom(guarded)).status).toBe(401);
    const unlocked = await unlockedBrowser(api(), "ben@example.org");
    const { key } = await jsonOf(unlocked.send("POST", "/api/keys", { name: "all", scopes: ["library.write", "album.read"] }));
    const byKey = await open.send("POST", `/s/${open.token}/save`, { ids: [photo] }, { "x-api-key": key });
    expect(byKey.status).toBe(401);
    expect(await ofBen()).toEqual([]);
  });
});
