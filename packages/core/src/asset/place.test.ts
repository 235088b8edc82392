import { and, eq } from "drizzle-orm";
import { useAnna } from "@tintype/test/anna";
import { mark } from "@tintype/test/collection";
import { addAsset } from "@tintype/test/person";
import { expect, it } from "vitest";
import { asset } from "./asset.sql.ts";
import { isIn, type Place } from "./place.ts";

const here = useAnna();
const PLACES: readonly Place[] = ["timeline", "favourites", "archive", "locked", "bin", "unlockedBin", "held", "album"];
const NOW = new Date("2026-11-29T12:00:00Z");
const archived = { archivedAt: NOW };
const locked = { lockedAt: NOW };
const binned = { trashedAt: NOW };
const held = { heldBy: "019dd7a2-4f20-7000-8000-000000000000" };
const favourite = { favourite: true };

it.each([
  [{}, ["timeline", "album"]],
  [favourite, ["timeline", "favourites", "album"]],
  [archived, ["archive", "album"]],
  [{ ...archived, ...favourite }, ["favourites", "archive", "album"]],
  [{ ...locked, ...favourite, ...archived }, ["locked"]],
  [{ ...binned, ...favourite, ...archived }, ["bin", "unlockedBin"]],
  [{ ...binned, ...locked }, ["unlockedBin"]],
  [{ ...held, ...favourite }, ["held"]],
  [{ ...held, ...binned }, ["bin", "unlockedBin"]],
  [{ ...held, ...locked }, ["locked"]],
  [{ state: "stored" as const, ...favourite }, []],
  [{ kind: "sidecar" as const, ...favourite }, []],
])("a photo with the marks %j is seen in %j and nowhere else", async (marks, places) => {
  const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00");
  if (Object.keys(marks).length > 0) await mark(here.system, id, marks);
  const seen: Place[] = [];
  for (const place of PLACES) {
    const rows = await here.system.db
      .select({ id: asset.id })
      .from(asset)
      .where(and(eq(asset.ownerId, here.anna.id), isIn(place)));
    if (rows.length > 0) seen.push(place);
  }
  expect(seen).toEqual(places);
});
