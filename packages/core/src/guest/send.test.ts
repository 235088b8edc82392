import { utf8ToBytes } from "@noble/hashes/utils.js";
import { albumItem } from "#album/table";
import { asset } from "#asset/table";
import { revoke, update } from "#share";
import { upload } from "#upload/table";
import * as Staging from "@tintype/core/staging";
import { useAnna } from "@tintype/test/anna";
import { guestOf, picture, sendOne } from "@tintype/test/guest";
import { drain, noPorts } from "@tintype/test/ingest";
import { addPerson } from "@tintype/test/person";
import { codeOf } from "@tintype/test/share";
import { useStore } from "@tintype/test/store";
import { fileOf, send } from "@tintype/test/upload";
import { describe, expect, it } from "vitest";
import { decide, held } from "./held.ts";
import { complete, end, plan, sent } from "./send.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));
const aLink = (options: Parameters<typeof guestOf>[2] = {}) => guestOf(here.system, here.anna, options);
const assets = () => here.system.db.select().from(asset);
/** The keys of all originals: the store is that of all tests. */
const kept = async () => (await store().list("library/")).objects.map(({ key }) => key);

describe("what a guest sends", () => {
  it("waits in no list until its owner takes it, and is then theirs and the album's", async () => {
    const { anna, system } = here;
    const { guest, albumId, linkId } = await aLink();
    const { uploadId, request } = await sendOne(guest, picture());
    expect(new URL(request.url).pathname).toMatch(/^\/photos\/incoming\/anna\//u);
    await drain(system);
    expect(await sent(guest, [uploadId])).toEqual([{ id: uploadId, state: "committed", reason: null, safe: true, final: false }]);
    expect(await assets()).toMatchObject([{ ownerId: anna.id, heldBy: linkId, guestName: "Uncle Bob", state: "ready" }]);
    const [waiting] = await held(anna.ctx, albumId);
    expect(waiting).toMatchObject({ guestName: "Uncle Bob", name: "IMG_1.GIF" });
    expect(await system.db.select().from(albumItem)).toEqual([]);
    expect(await decide(anna.ctx, albumId, [waiting!.id], true)).toBe(1);
    expect(await system.db.select().from(albumItem)).toMatchObject([{ albumId, assetId: waiting!.id, addedBy: null }]);
    expect(await assets()).toMatchObject([{ heldBy: null, trashedAt: null }]);
    expect(await held(anna.ctx, albumId)).toEqual([]);
    expect(await decide(anna.ctx, albumId, [waiting!.id], false)).toBe(0);
  });

  it("goes into the bin when it is declined", async () => {
    const { anna, system } = here;
    const { guest, albumId } = await aLink();
    await sendOne(guest, picture());
    await drain(system);
    const [waiting] = await held(anna.ctx, albumId);
    await decide(anna.ctx, albumId, [waiting!.id], false);
    expect(await assets()).toMatchObject([{ heldBy: null, trashedAt: expect.any(Date) }]);
    expect(await system.db.select().from(albumItem)).toEqual([]);
  });

  it.each([
    ["<html><script>alert(1)</script></html>", "a web page"],
    ["<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "an SVG drawing"],
    ["PK\u0003\u0004 a zip", "a ZIP archive"],
    ["MZ\u0000\u0001 a program", "broken, or of an unknown format: look at it on the device that it comes from"],
  ])("is refused for good and removed when its bytes are no photo, whatever its name says: %s", async (content, label) => {
    const { guest } = await aLink();
    const before = await kept();
    const { uploadId, request } = await sendOne(guest, content, { name: "holiday.jpg" });
    await drain(here.system);
    const reason = `This is ${label}. Only photos and videos can be sent. Choose another file.`;
    expect(await sent(guest, [uploadId])).toEqual([{ id: uploadId, state: "failed", reason, safe: false, final: true }]);
    expect(await assets()).toEqual([]);
    const key = new URL(request.url).pathname.replace("/photos/", "");
    await expect(store().head(decodeURIComponent(key))).rejects.toMatchObject({ code: "not_found" });
    expect(await kept()).toEqual(before);
  });

  it.each([
    ["page.html", "text/html"],
    ["drawing.svg", "image/svg+xml"],
    ["photo.jpg", "text/html"],
    ["photo.jpg.exe", "image/jpeg"],
    ["notes.txt", ""],
  ])("is not even asked for when it is called %s and said to be '%s'", async (name, type) => {
    const { guest } = await aLink();
    expect(await plan(guest, [fileOf("x", { name, type })], null)).toMatchObject([{ status: "refused", code: "not_a_photo" }]);
    expect(await here.system.db.select().from(upload)).toEqual([]);
  });

  it("cannot be sent where the link does not allow it, or no more", async () => {
    const { anna, system } = here;
    const { guest, linkId } = await aLink();
    const { guest: viewer } = await aLink({ allowUpload: false });
    const file = fileOf(picture(), { name: "a.gif", type: "image/gif" });
    expect(await codeOf(plan(viewer, [file], null))).toBe("forbidden");
    expect(await codeOf(plan(anna.ctx, [file], null))).toBe("unauthenticated");
    // One who had opened the link just before.
    await revoke(anna.ctx, linkId);
    expect(await codeOf(plan(guest, [file], null))).toBe("over_quota");
    expect(await system.db.select().from(upload)).toEqual([]);
  });

  it("tells nothing of what its owner has: the same bytes are sent like any others, and are then no second photo", async () => {
    const { anna, system } = here;
    const { guest, albumId } = await aLink();
    const content = picture();
    await sendOne(guest, content);
    await drain(system);
    const [waiting] = await held(anna.ctx, albumId);
    await decide(anna.ctx, albumId, [waiting!.id], true);
    const { uploadId } = await sendOne(guest, content);
    await drain(system);
    expect(await sent(guest, [uploadId])).toMatchObject([{ state: "committed", safe: true }]);
    expect(await assets()).toHaveLength(1);
    expect(await held(anna.ctx, albumId)).toEqual([]);
  });
});

describe("a request that a guest was given", () => {
  it("is held to the length and the type that were told", async () => {
    const { guest } = await aLink();
    const content = picture();
    const [planned] = await plan(guest, [fileOf(content, { name: "a.gif", type: "image/gif" })], null);
    if (planned?.status !== "put") throw new Error("no put");
    expect((await send(planned, `${content} and more`)).status).toBe(403);
    expect((await send(planned, content, { "content-type": "text/html" })).status).toBe(403);
    expect((await send(planned, content.replace("GIF", "JIF"))).status).toBe(400);
    expect(Number(new URL(planned.request.url).searchParams.get("X-Amz-Expires"))).toBeLessThanOrEqual(600);
  });

  it("changes nothing when it is used again, also when its photo was declined and purged meanwhile", async () => {
    const { anna, system } = here;
    const { guest, albumId } = await aLink();
    const content = picture();
    const nothing = await kept();
    const planned = await sendOne(guest, content);
    await drain(system);
    const again = async () => {
      await send(planned, content);
      await store().put(new URL(planned.request.url).pathname.replace("/photos/", ""), utf8ToBytes(content), { type: "image/gif" });
      await Staging.run(system, noPorts, { key: new URL(planned.request.url).pathname.replace("/photos/", "") });
      await drain(system);
      expect((await store().list("incoming/")).objects).toEqual([]);
    };
    const before = await assets();
    await again();
    expect(await assets()).toEqual(before);
    await decide(anna.ctx, albumId, [before[0]!.id], false);
    await system.db.delete(asset);
    await store().remove([before[0]!.key]);
    await again();
    expect(await assets()).toEqual([]);
    expect(await kept()).toEqual(nothing);
  });

  it("brings nothing in once the link was revoked, or may take no more", async () => {
    const { anna, system } = here;
    for (const close of [
      (id: string) => revoke(anna.ctx, id),
      (id: string) => update(anna.ctx, id, { allowUpload: false }, async () => ""),
    ]) {
      const { guest, linkId } = await aLink();
      const content = picture();
      const [planned] = await plan(guest, [fileOf(content, { name: "a.gif", type: "image/gif" })], null);
      if (planned?.status !== "put") throw new Error("no put");
      await close(linkId);
      await send(planned, content);
      const key = new URL(planned.request.url).pathname.replace("/photos/", "");
      expect(await Staging.run(system, noPorts, { key })).toMatchObject({ kind: "rejected" });
      expect([await assets(), (await store().list("incoming/")).objects]).toEqual([[], []]);
    }
  });

  it("is one guest's of one link: another link knows nothing of it", async () => {
    const [one, two] = [await aLink(), await aLink()];
    const { uploadId } = await sendOne(one.guest, picture());
    expect(await codeOf(complete(two.guest, uploadId))).toBe("not_found");
    expect(await codeOf(end(two.guest, uploadId))).toBe("not_found");
    expect(await sent(two.guest, [uploadId])).toEqual([]);
  });

  it("ends when its guest says so", async () => {
    const { guest } = await aLink();
    const [planned] = await plan(guest, [fileOf(picture(), { name: "a.gif", type: "image/gif" })], null);
    if (planned?.status !== "put") throw new Error("no put");
    await end(guest, planned.uploadId);
    await end(guest, planned.uploadId);
    expect(await codeOf(complete(guest, planned.uploadId))).toBe("gone");
  });
});

it("what guests sent is for the album's owner alone to see and to decide on (CVE-2026-45543)", async () => {
  const { system } = here;
  const { guest, albumId } = await aLink();
  await sendOne(guest, picture());
  await drain(system);
  const bea = await addPerson(system, "Bea");
  expect(await codeOf(held(bea.ctx, albumId))).toBe("not_found");
  expect(await codeOf(decide(bea.ctx, albumId, [(await assets())[0]!.id], true))).toBe("not_found");
  expect(await codeOf(held(guest, albumId))).toBe("not_found");
});
