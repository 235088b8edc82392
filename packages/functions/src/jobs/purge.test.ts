import { rateLimit, session } from "@tintype/core/account/table";
import { album } from "@tintype/core/album/table";
import { asset } from "@tintype/core/asset/table";
import { grant } from "@tintype/core/grant/table";
import { guestOffer } from "@tintype/core/guest/table";
import { newId } from "@tintype/core/kernel";
import * as Share from "@tintype/core/share";
import { upload } from "@tintype/core/upload/table";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { addAlbum, addLink, quick } from "@tintype/test/share";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { describe, expect, it } from "vitest";
import { purge } from "./purge.ts";

const database = useDatabase();
const store = useStore();
const DAY = 86_400_000;

describe("the purge", () => {
  it("ends uploads and sessions whose time is over, forgets old counts, and does nothing twice", async () => {
    const events: unknown[] = [];
    const base = systemOn(database(), { store: store() });
    const log = { ...base.log, info: (event: string, fields?: object) => events.push([event, fields]) };
    const system = { ...base, log };
    const anna = await addPerson(system, "Anna");
    await planOne(anna.ctx, fileOf("never sent"));
    const expiresAt = new Date(Date.now() + DAY);
    await system.db.insert(session).values({ id: newId(), token: "t", userId: anna.id, expiresAt });
    await system.db.insert(rateLimit).values({ id: newId(), key: "k", count: 1, lastRequest: Date.now() });

    await purge(system);
    expect(events).toEqual([]);
    const later = { ...system, now: () => new Date(Date.now() + 2 * DAY) };
    await purge(later);
    await purge(later);
    expect(events).toEqual([["purged", { hinted: 0, expired: 1, sessions: 1, noted: 0, trashed: 0, dismissed: 0 }]]);
    expect(await system.db.select({ state: upload.state }).from(upload)).toEqual([{ state: "expired" }]);
    expect([await system.db.select().from(session), await system.db.select().from(rateLimit)]).toEqual([[], []]);
  });

  it("forgets photos picked by hand when all links to them have ended a month ago, and nothing else", async () => {
    const system = systemOn(database(), { store: store() });
    const ben = await addPerson(system, "Ben");
    const photo = await addAsset(system, ben.id, "2026-01-01T10:00:00");
    const albumId = await addAlbum(system, ben.id, [photo]);
    const at = (days: number) => ({ ...system, now: () => new Date(Date.now() + days * DAY) });
    const pick = (title: string, options: Partial<Share.NewLink> = {}) =>
      Share.create(ben.ctx, { ...options, shared: { ids: [photo], title } }, quick.hash);
    const [open, revoked, offered] = [await pick("open"), await pick("revoked"), await pick("offered")];
    const expired = await pick("expired", { expiresAt: new Date(Date.now() + 10 * DAY) });
    const ofAlbum = await addLink(ben.ctx, albumId);
    for (const { id } of [revoked, offered, ofAlbum]) await Share.revoke(ben.ctx, id);
    await system.db.insert(guestOffer).values({ albumId: offered.albumId, assetId: photo, sentAt: new Date() });
    const left = async () =>
      (await system.db.select({ id: album.id }).from(album)).map(({ id }) => id).toSorted((a, b) => (a < b ? -1 : 1));
    await purge(at(29));
    expect(await left()).toEqual([albumId, open.albumId, revoked.albumId, offered.albumId, expired.albumId]);
    await purge(at(31));
    expect(await left()).toEqual([albumId, open.albumId, offered.albumId, expired.albumId]);
    await purge(at(41));
    expect(await left()).toEqual([albumId, open.albumId, offered.albumId]);
    expect(await system.db.select({ id: grant.subjectId }).from(grant)).toEqual([{ id: open.id }]);
    expect(await system.db.select({ id: asset.id }).from(asset)).toEqual([{ id: photo }]);
  });
});
