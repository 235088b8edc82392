import { describe, expect, it } from "vitest";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import type { Month } from "./library.ts";
import { placePending } from "./pending.ts";

const november = 2026 * 12 + 10;
const chunk = chunkOf(november, [
  [22, landscapes(3)],
  [20, landscapes(2)],
]);
const times = ["2026-11-22T18:00:00", "2026-11-22T12:00:00", "2026-11-22T09:00:00", "2026-11-20T10:00:00", "2026-11-20T08:00:00"];
const loaded = (_month: Month, index: number) => ({ id: `id-${index}`, name: `${index}.jpg`, localAt: times[index]! });
const nothing = () => undefined;
const tile = (localAt: string, name = "new.jpg") => ({ key: `${name} ${localAt}`, name, localAt, ratio: 1.5 });

function placed(tiles: ReturnType<typeof tile>[], lookup: Parameters<typeof placePending>[2] = loaded) {
  const { months, tiles: sorted } = placePending([chunk], tiles, lookup);
  return months.map(({ month, days, source }) => [
    month - november,
    [...days],
    source && [...source].map((i) => (i < 0 ? sorted[-1 - i]!.localAt.slice(8, 16) : i)),
  ]);
}

describe("pending tiles", () => {
  it("leave the months alone when there are none", () => {
    expect(placed([])).toEqual([[0, [22, 20], null]]);
  });

  it("stand where their wall clock belongs among loaded photos", () => {
    expect(placed([tile("2026-11-22T13:00:00"), tile("2026-11-22T07:00:00"), tile("2026-11-20T23:00:00")])).toEqual([
      [0, [22, 20], [0, "22T13:00", 1, 2, "22T07:00", "20T23:00", 3, 4]],
    ]);
  });

  it("stand before photos that are not loaded", () => {
    expect(placed([tile("2026-11-22T07:00:00")], nothing)).toEqual([[0, [22, 20], ["22T07:00", 0, 1, 2, 3, 4]]]);
  });

  it("make days and months of their own, in order", () => {
    const tiles = [
      tile("2026-11-21T10:00:00"),
      tile("2026-11-30T10:00:00"),
      tile("2026-11-01T10:00:00"),
      tile("2026-12-24T20:00:00"),
      tile("2019-01-01T00:00:00"),
    ];
    expect(placed(tiles)).toEqual([
      [1, [24], ["24T20:00"]],
      [0, [30, 22, 21, 20, 1], ["30T10:00", 0, 1, 2, "21T10:00", 3, 4, "01T10:00"]],
      [-94, [1], ["01T00:00"]],
    ]);
  });

  it("are left out once their asset is there by name and second", () => {
    const twin = tile("2026-11-22T12:00:00", "1.jpg");
    expect(placed([twin, tile("2026-11-22T12:00:00", "other.jpg")])).toEqual([[0, [22, 20], [0, "22T12:00", 1, 2, 3, 4]]]);
    expect(placePending([chunk], [twin], loaded).twins).toEqual(new Map([["id-1", twin.key]]));
  });

  it("of a month are placed in a time that grows with their number and not with its square", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => tile(`2026-11-${String(1 + (i % 28)).padStart(2, "0")}T10:00:00`, `${i}.jpg`));
    const begun = performance.now();
    expect(placePending([], many, nothing).tiles).toHaveLength(20_000);
    // Some 50 ms; nearly 4 s when each tile copied the list of those before it.
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
