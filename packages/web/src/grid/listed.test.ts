import { decodeListed, encodeListed, joinBytes, packDays } from "@tintype/core/geometry";
import { newId, toBytes } from "@tintype/core/kernel";
import { expect, it } from "vitest";
import { createIds, listedSource } from "./listed.ts";

const NOVEMBER = 2026 * 12 + 10;
const ids = Array.from({ length: 5 }, () => newId());
const chunk = (month: number, count: number) => ({
  month,
  revision: 7,
  count,
  days: packDays([[1, count]]),
  ratios: new Uint8Array(count),
});
/** Oldest first: three of October, two of November, as they come over the wire. */
const listed = createIds(
  decodeListed(
    encodeListed({
      days: true,
      ids: joinBytes(ids.map(toBytes)),
      geometry: { revision: 0, chunks: [chunk(NOVEMBER - 1, 3), chunk(NOVEMBER, 2)] },
    }),
  ),
);
const range = (month: number, from: number, to: number, revision = 7) => ({ month, revision, from, to });
const { signal } = new AbortController();

/** Columns of what the server still has. */
function columnsOf(known: readonly string[]) {
  return {
    id: [...known],
    kind: known.map(() => "photo" as const),
    state: known.map(() => "ready" as const),
    name: known.map((id) => `${id}.jpg`),
    localAt: known.map(() => ""),
    durationMs: known.map(() => null),
    thumbhash: known.map(() => null),
    thumb: known.map(() => null),
    flags: known.map(() => 0),
  };
}

it("knows the ids of every range and the place of every id", () => {
  expect(listed.all()).toEqual(ids);
  expect(listed.of(range(NOVEMBER - 1, 1, 3))).toEqual(ids.slice(1, 3));
  expect(listed.of(range(NOVEMBER, 0, 125))).toEqual(ids.slice(3));
  expect(listed.of(range(NOVEMBER, 0, 2, 8))).toBeUndefined();
  expect(ids.map((id) => listed.place(id))).toEqual([
    ...[0, 1, 2].map((index) => ({ month: NOVEMBER - 1, revision: 7, index })),
    ...[0, 1].map((index) => ({ month: NOVEMBER, revision: 7, index })),
  ]);
  expect([listed.place(newId()), listed.place("nothing")]).toEqual([undefined, undefined]);
});

it("asks once for the items of all ranges, and says which are not the same any more", async () => {
  const asked: string[][] = [];
  let there: readonly string[] = ids;
  const source = listedSource(
    () => listed,
    async (wanted) => {
      asked.push(wanted);
      return columnsOf(wanted.filter((id) => there.includes(id)).toReversed());
    },
  );
  const ranges = [range(NOVEMBER, 0, 2), range(NOVEMBER - 1, 0, 2)];
  const idsOf = async () => (await source.items(ranges, signal)).map((each) => each?.map(({ id }) => id) ?? null);
  expect(await idsOf()).toEqual([ids.slice(3), ids.slice(0, 2)]);
  there = ids.slice(1);
  expect(await idsOf()).toEqual([ids.slice(3), null]);
  expect(await source.items([range(NOVEMBER, 0, 2, 6)], signal)).toEqual([null]);
  expect(asked).toEqual([
    [...ids.slice(3), ...ids.slice(0, 2)],
    [...ids.slice(3), ...ids.slice(0, 2)],
  ]);
});
