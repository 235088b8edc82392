import { user } from "@tintype/core/account/table";
import { decodeListed } from "@tintype/core/geometry";
import { guestOffer } from "@tintype/core/guest/table";
import { fromBytes, newId } from "@tintype/core/kernel";
import * as Timeline from "@tintype/core/timeline";
import { upload } from "@tintype/core/upload/table";
import { addMember, type Browser, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { ingest } from "@tintype/test/ingest";
import { addShown } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, send } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));

type Person = { id: string; browser: Browser };

let anna: Person;
let ben: Person;

beforeAll(async () => {
  await setUpOwner(api());
  anna = await addMember(api(), "Ann");
  ben = await addMember(api(), "Ben");
});

const photoOf = (person: Person, day = "22") => addShown(api().system, person.id, `2026-11-${day}T10:00:00`);
const albumOf = (person: Person, body: object): Promise<{ id: string }> => jsonOf(person.browser.send("POST", "/api/albums", body));

describe("albums over HTTP", () => {
  it("are made with photos, changed, listed and deleted, and leave the photos alone", async () => {
    const photo = await photoOf(anna);
    await Timeline.refresh(api().system, anna.id);
    const { epoch, revision } = await Timeline.head({ ...api().system, actor: { kind: "user", userId: anna.id, role: "member" } });
    expect(epoch).not.toBe("0");
    const ranges = [`${2026 * 12 + 10}:${revision}:0:1`];
    const made = await albumOf(anna, { title: "  Mongolia ", photos: { ranges } });
    expect(made).toMatchObject({ title: "Mongolia", count: 1, role: null, sort: "newest", cover: { assetId: photo } });
    const changed = await jsonOf(anna.browser.send("PATCH", `/api/albums/${made.id}`, { description: "Two weeks", sort: "manual" }));
    expect(changed).toMatchObject({ title: "Mongolia", description: "Two weeks", sort: "manual" });
    const { albums } = await jsonOf(anna.browser.get(`/api/albums?asset=${photo}`));
    expect(albums).toMatchObject([{ id: made.id }]);
    expect((await anna.browser.send("DELETE", `/api/albums/${made.id}`)).status).toBe(204);
    expect((await anna.browser.get(`/api/albums/${made.id}`)).status).toBe(404);
    expect((await anna.browser.get(`/api/assets/${photo}`)).status).toBe(200);
  });

  it("that are deleted put into the bin what guests had sent to them, and nobody has decided on", async () => {
    const { id: albumId } = await albumOf(anna, { title: "Wedding" });
    const assetId = await addShown(api().system, anna.id, "2026-11-20T10:00:00", { heldBy: newId() });
    await api().system.db.insert(guestOffer).values({ albumId, assetId, guestName: "Bob", sentAt: new Date() });
    const { photos } = await jsonOf(anna.browser.get(`/api/albums/${albumId}/held`));
    expect(photos).toMatchObject([{ id: assetId, guestName: "Bob" }]);
    expect((await anna.browser.send("DELETE", `/api/albums/${albumId}`)).status).toBe(204);
    expect(await jsonOf(anna.browser.get(`/api/assets/${assetId}`))).toMatchObject({ trashedAt: expect.any(String) });
  });

  it("of whoever's account is closed show nobody what guests have sent, and leave it as it is", async () => {
    const cora = await addMember(api(), "Cora");
    const { id: albumId } = await albumOf(cora, { title: "Harbour" });
    const assetId = await addShown(api().system, cora.id, "2026-11-20T10:00:00", { heldBy: newId() });
    await api().system.db.insert(guestOffer).values({ albumId, assetId, guestName: "Bob", sentAt: new Date() });
    const close = (disabledAt: Date | null) => api().db.update(user).set({ disabledAt }).where(eq(user.id, cora.id));
    await close(new Date());
    expect((await cora.browser.get(`/api/albums/${albumId}/held`)).status).toBe(401);
    expect((await cora.browser.send("POST", `/api/albums/${albumId}/held`, { ids: [assetId], accept: true })).status).toBe(401);
    expect((await anna.browser.get(`/api/albums/${albumId}/held`)).status).toBe(404);
    await close(null);
    expect((await jsonOf(cora.browser.get(`/api/albums/${albumId}/held`))).photos).toMatchObject([{ id: assetId }]);
  });

  it("show what guests have sent and their owner has already where that is decided on, and in the timeline as before", async () => {
    const { id: albumId } = await albumOf(anna, { title: "Feast" });
    const mine = await photoOf(anna, "19");
    await Timeline.refresh(api().system, anna.id);
    const inTimeline = async () => (await anna.browser.get(`/api/timeline/locate?id=${mine}`)).status;
    await api().system.db.insert(guestOffer).values({ albumId, assetId: mine, guestName: "Bob", sentAt: new Date() });
    const waiting = async (): Promise<string[]> => {
      const bytes = await (await anna.browser.get("/api/collections/held/geometry")).arrayBuffer();
      const { ids } = decodeListed(new Uint8Array(bytes));
      return Array.from({ length: ids.length / 16 }, (_, i) => fromBytes(ids.subarray(i * 16)));
    };
    const items = (browser: Browser) => jsonOf(browser.send("POST", "/api/collections/held/items", { ids: [mine] }));
    const { photos } = await jsonOf(anna.browser.get(`/api/albums/${albumId}/held`));
    expect(photos).toMatchObject([{ id: mine }]);
    expect([await waiting(), await inTimeline()]).toEqual([[mine], 200]);
    expect([(await items(anna.browser)).id, (await items(ben.browser)).id]).toEqual([[mine], []]);
    const token = newId();
    const decided = { ids: [mine], accept: true, token };
    expect(await jsonOf(anna.browser.send("POST", `/api/albums/${albumId}/held`, decided))).toEqual({ count: 1 });
    expect([await waiting(), (await items(anna.browser)).id, await inTimeline()]).toEqual([[], [], 200]);
    expect((await ben.browser.send("POST", `/api/albums/${albumId}/held/undo`, { token })).status).toBe(404);
    const undo = () => jsonOf(anna.browser.send("POST", `/api/albums/${albumId}/held/undo`, { token }));
    expect([await undo(), await waiting(), await undo()]).toEqual([{ count: 1 }, [mine], { count: 0 }]);
  });

  it.each([
    ["an album without a name", "POST", () => "/api/albums", { title: "  " }, "title"],
    ["nothing to change", "PATCH", (id: string) => `/api/albums/${id}`, {}, ""],
    ["no photo to add", "POST", (id: string) => `/api/albums/${id}/add`, { ids: [] }, ""],
    ["a range that ends before it begins", "POST", (id: string) => `/api/albums/${id}/add`, { ranges: ["1:1:2:1"] }, "ranges.0"],
    ["a role that there is not", "POST", (id: string) => `/api/albums/${id}/members`, { who: "ben", role: "owner" }, "role"],
  ])("refuse %s, and name the field", async (_, method, path, body, field) => {
    const { id } = await albumOf(anna, { title: "A" });
    const answer = await anna.browser.send(method, path(id), body);
    expect([answer.status, await jsonOf(answer)]).toMatchObject([400, { code: "invalid", field }]);
  });

  it("say that a selection is of a timeline that has moved on", async () => {
    const { id } = await albumOf(anna, { title: "A" });
    const answer = await anna.browser.send("POST", `/api/albums/${id}/add`, { ranges: ["24322:99:0:1"] });
    expect([answer.status, (await jsonOf(answer)).code]).toEqual([412, "stale"]);
  });
});

describe("an upload into an album", () => {
  it("is in it when it is safe, once, and stays out once it was taken out", async () => {
    const { id } = await albumOf(anna, { title: "Party" });
    await anna.browser.send("POST", `/api/albums/${id}/members`, { who: "ben", role: "contributor" });
    const plan = () => jsonOf(ben.browser.send("POST", "/api/uploads", { files: [fileOf("a file of Ben's")], albumId: id }));
    const { files } = await plan();
    expect((await send(files[0], "a file of Ben's")).status).toBe(200);
    expect((await jsonOf(anna.browser.get(`/api/albums?asset=${files[0].uploadId}`))).albums).toEqual([]);
    await ingestUpload(files[0].uploadId);
    const status = await jsonOf(ben.browser.get(`/api/uploads/${files[0].uploadId}`));
    expect(status).toMatchObject({ state: "committed" });
    const { albums } = await jsonOf(ben.browser.get(`/api/albums?asset=${status.assetId}`));
    expect(albums).toMatchObject([{ id, role: "contributor" }]);

    await anna.browser.send("POST", `/api/albums/${id}/remove`, { ids: [status.assetId] });
    await ingestUpload(files[0].uploadId);
    expect((await jsonOf(ben.browser.get(`/api/albums?asset=${status.assetId}`))).albums).toEqual([]);
    // Sent again it is known, and goes in at once.
    expect((await plan()).files).toEqual([{ status: "have", assetId: status.assetId }]);
    expect((await jsonOf(ben.browser.get(`/api/albums?asset=${status.assetId}`))).albums).toHaveLength(1);
  });

  it("is refused to those who may not add, before anything is signed", async () => {
    const { id } = await albumOf(anna, { title: "Hers" });
    const plan = () => ben.browser.send("POST", "/api/uploads", { files: [fileOf("more")], albumId: id });
    expect((await plan()).status).toBe(404);
    await anna.browser.send("POST", `/api/albums/${id}/members`, { who: "ben@example.org", role: "viewer" });
    expect((await plan()).status).toBe(403);
  });
});

async function ingestUpload(id: string): Promise<void> {
  const [row] = await api().db.select({ key: upload.key }).from(upload).where(eq(upload.id, id));
  await ingest({ ...api().system, store: store() }, row!.key);
}
