import { encodeListed, joinBytes, packDays } from "@tintype/core/geometry";
import { newId, toBytes } from "@tintype/core/kernel";
import { afterEach, expect, it, vi } from "vitest";
import { createCollectionSource } from "./source.ts";

afterEach(() => vi.unstubAllGlobals());

const ids = [newId(), newId(), newId()];
const { signal } = new AbortController();

it("shows of a collection what is wanted, also where that alone has changed", async () => {
  const chunk = { month: 24_322, revision: 7, count: 3, days: packDays([[1, 3]]), ratios: new Uint8Array(3) };
  const bytes = encodeListed({ days: true, ids: joinBytes(ids.map(toBytes)), geometry: { revision: 0, chunks: [chunk] } });
  vi.stubGlobal("fetch", async () => new Response(bytes.slice(), { headers: { etag: 'W/"same"' } }));
  let wanted = new Set(ids.slice(1));
  const only = async () => wanted;
  const source = createCollectionSource({
    geometry: "https://photos.test/geometry",
    items: () => Promise.reject(new Error("unasked")),
    only,
  });
  const [before] = (await source.load(signal)) ?? [];
  expect([before?.count, source.ids()?.all()]).toEqual([2, ids.slice(1)]);
  expect(await source.load(signal)).toBeUndefined();
  wanted = new Set(ids.slice(2));
  const [after] = (await source.load(signal)) ?? [];
  expect([after?.count, source.ids()?.all()]).toEqual([1, ids.slice(2)]);
  expect(after?.revision).not.toBe(before?.revision);
  wanted = new Set();
  expect([await source.load(signal), source.ids()?.all()]).toEqual([[], []]);
});
