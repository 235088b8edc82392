import { shareLink } from "#share/table";
import { album } from "#album/table";
import { newId } from "#kernel";
import type { asset } from "#asset/table";
import { stripped } from "#stripped/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { createMeter, flush } from "./meter.ts";
import { known } from "./month.ts";

const here = useAnna();
const MB = 1_000_000;
const NOW = "2026-11-16T00:00:00Z";

const on = (iso = NOW, coldAfterDays?: number) => ({
  ...here.system,
  now: () => new Date(iso),
  store: { ...here.system.store, place: "photos at http://store.test", coldAfterDays },
});
/** An asset that was made at this time. */
const add = (iso: string, rest: Partial<typeof asset.$inferInsert>) =>
  addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { id: idAt(iso), ...rest });

/** As `newId` makes them, in any order. */
function idAt(iso: string): string {
  const hex = Date.parse(iso).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${newId().slice(15)}`;
}

it("is nothing in an empty library, but for the database itself", async () => {
  const { month, database, means, onFunctions, ...rest } = await known(on());
  expect(month.stored).toEqual({ standard: 0, cold: 0, arrived: 0, database: 0 });
  expect(Object.values(month.flows)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect([means, onFunctions]).toEqual([undefined, false]);
  expect(database).toBeGreaterThan(MB);
  expect(rest).toEqual({
    originals: { files: 0, bytes: 0 },
    previews: { photos: 0, bytes: 0, isEstimate: false },
    copies: 0,
    sentOut: 0,
    throughLinks: 0,
  });
});

it("is all people's bytes by what they are, and of it what came this month, each with the request that brought it", async () => {
  const ben = await addPerson(here.system, "Ben");
  const old = await add("2026-10-31T23:59:59.999Z", { size: 5 * MB, derivedVersion: 1, derivedBytes: 300_000 });
  await add("2026-11-01T00:00:00Z", { size: 3 * MB, derivedVersion: 1, derivedBytes: 500_000 });
  await add("2026-11-02T00:00:00Z", { size: 100 * 2 ** 20, kind: "video" });
  // What only refers to another's bytes is there once.
  await addAsset(here.system, ben.id, "2026-11-01T10:00:00", {
    size: 5 * MB,
    sourceId: old,
    sourceKey: "library/anna/x.jpg",
    derivedVersion: 1,
  });
  await here.system.db.insert(stripped).values({ assetId: old, sha256: new Uint8Array(32), version: 1, type: "image/jpeg", size: 4 * MB });
  const { month, originals, previews, copies } = await known(on());
  const bytes = 8 * MB + 100 * 2 ** 20;
  expect([originals, previews, copies]).toEqual([{ files: 3, bytes }, { photos: 2, bytes: 800_000, isEstimate: false }, 4 * MB]);
  expect(month.share).toBe(0.5);
  expect(month.stored).toEqual({ standard: bytes + 800_000 + 4 * MB, cold: 0, arrived: 3 * MB + 100 * 2 ** 20, database: 0 });
  // A photo in one PUT, a long video in seven parts.
  expect(month.flows.writes).toBe(8);
});

it("takes previews whose size was never noted for as large as the others, and says so", async () => {
  await add(NOW, { derivedVersion: 1, derivedBytes: 200_000 });
  await add(NOW, { derivedVersion: 1 });
  await add(NOW, { derivedVersion: null });
  expect((await known(on())).previews).toEqual({ photos: 2, bytes: 400_000, isEstimate: true });
});

it("tells a library's means once there are photos enough, of photos alone", async () => {
  const photo = { size: 6 * MB, derivedVersion: 1, derivedBytes: 250_000 };
  for (let i = 0; i < 99; i++) await add("2026-10-01T00:00:00Z", photo);
  await add("2026-10-01T00:00:00Z", { size: 900 * MB, kind: "video" });
  expect((await known(on())).means).toBeUndefined();
  await add("2026-10-01T00:00:00Z", photo);
  expect((await known(on())).means).toMatchObject({ original: 6 * MB, derived: 250_000 });
});

it("has originals in the cheaper class that are as old as the store's rule says", async () => {
  await add("2026-10-16T23:59:59Z", { size: 5 * MB });
  await add("2026-10-17T00:00:01Z", { size: 3 * MB });
  expect((await known(on(NOW, 30))).month.stored).toMatchObject({ standard: 3 * MB, cold: 5 * MB });
});

describe("what was counted", () => {
  it("is what the program did, what addresses were given out for, and what of that went through links", async () => {
    const albumId = newId();
    await here.system.db.insert(album).values({ id: albumId, ownerId: here.anna.id, kind: "album", title: "Sea" });
    const link = { ownerId: here.anna.id, albumId, egressBytes: 3 * MB };
    const linkId = newId();
    await here.system.db.insert(shareLink).values([
      { id: linkId, ...link, egressMonth: 2026 * 12 + 10 },
      { id: newId(), ...link, egressMonth: 2026 * 12 + 9 },
    ]);
    const meter = createMeter();
    for (const operation of ["PutObject", "GetObject", "GetObject"]) meter.onRequest({ operation });
    for (const key of ["derived/1/thumb-1-00.webp", "derived/1/preview-1-00.jpg", "library/anna/x.jpg"]) meter.onSign(key);
    await add("2026-10-01T00:00:00Z", { size: 5 * MB });
    await flush(on(), meter);
    const { month, sentOut, throughLinks, onFunctions } = await known(on());
    expect([sentOut, throughLinks, onFunctions]).toEqual([5_370_000, 3 * MB, false]);
    expect(month.flows).toEqual({ writes: 1, reads: 5, egress: 5_370_000, calls: 0, gigabyteSeconds: 0, messages: 0, cuHours: 0 });
    // A link that handed out what is larger than the mean: it alone is more than the whole was taken for.
    await here.system.db
      .update(shareLink)
      .set({ egressBytes: 7 * MB })
      .where(eq(shareLink.id, linkId));
    const larger = await known(on());
    expect([larger.sentOut, larger.throughLinks, larger.month.flows.egress]).toEqual([7 * MB, 7 * MB, 7 * MB]);
    // Another month has counted nothing yet.
    expect((await known(on("2026-12-01T00:00:00Z"))).month.flows).toMatchObject({ writes: 0, egress: 0 });
  });

  it("includes, where functions work, what is asked every hour of an idle library, and its database", async () => {
    const meter = createMeter();
    meter.onQuery();
    meter.onCall({ ms: 10_000, megabytes: 2048 });
    await flush(on(), meter);
    const { month, onFunctions, database } = await known(on());
    expect([onFunctions, month.stored.database]).toEqual([true, database]);
    expect(month.flows.gigabyteSeconds).toBeCloseTo(20 + 15 * 24 * 1.5, 6);
    // Nobody sent a message for that call.
    expect(month.flows.messages).toBe(15 * 24 * 1800);
    expect(month.flows).toMatchObject({ calls: 1 + 15 * 24, writes: 2 * 15 * 24, reads: 2 * 15 * 24, cuHours: 0.25 / 12 });
  });

  it("has functions work where the edge alone has woken the database", async () => {
    const meter = createMeter();
    meter.onQuery();
    await flush(on(), meter);
    expect(await known(on())).toMatchObject({ onFunctions: true, month: { flows: { cuHours: 0.25 / 12 } } });
  });
});
