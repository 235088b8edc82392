import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SortedMap } from "./sorted.ts";

const bytes = (text: string): Buffer => Buffer.from(text);
const keysOf = (map: SortedMap, from?: Buffer): string[] => [...map.entries(from)].map(({ key }) => key.toString());

describe("a sorted map", () => {
  it("does what a plain map and a sort do, through any changes", () => {
    const key = fc.string({ unit: "grapheme", maxLength: 4 });
    const change = fc.record({ key, value: fc.option(fc.nat(3000)) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), key, (changes, from) => {
        const map = new SortedMap();
        const model = new Map<string, number>();
        for (const { key: name, value } of changes) {
          if (value === null) {
            expect(map.delete(bytes(name))).toBe(model.delete(name));
          } else {
            map.set(bytes(name), Buffer.alloc(value, 1));
            model.set(name, value);
          }
        }
        const sorted = [...model.keys()].toSorted((a, b) => bytes(a).compare(bytes(b)));
        expect(keysOf(map)).toEqual(sorted);
        expect(keysOf(map, bytes(from))).toEqual(sorted.filter((name) => bytes(name).compare(bytes(from)) >= 0));
        expect(map.count).toBe(model.size);
        for (const [name, value] of model) expect(map.get(bytes(name))?.length).toBe(value);
        expect(keysOf(SortedMap.from(map.snapshot()))).toEqual(sorted);
      }),
    );
  });

  it("sorts by UTF-8 bytes where UTF-16 would not", () => {
    const map = new SortedMap();
    for (const key of ["\u{1f600}", "\uff5e", "z"]) map.set(bytes(key), bytes(""));
    expect(keysOf(map)).toEqual(["z", "\uff5e", "\u{1f600}"]);
  });

  it("keeps a snapshot as it was", () => {
    const map = new SortedMap();
    for (let index = 0; index < 1000; index++) map.set(bytes(`k${index}`), bytes("old"));
    const before = SortedMap.from(map.snapshot());
    for (let index = 0; index < 1000; index++) map.set(bytes(`k${index}`), bytes("new"));
    map.delete(bytes("k5"));
    expect([before.get(bytes("k5"))?.toString(), before.count]).toEqual(["old", 1000]);
  });

  it("takes 100,000 keys in any order within a few seconds and 20 MB", () => {
    const map = new SortedMap();
    for (let index = 0; index < 100_000; index++) map.set(bytes(`library/ada/2024/${(index * 7919) % 100_000}.jpg`), Buffer.alloc(60));
    const size = map.snapshot().reduce((sum, page) => sum + page.length, 0);
    expect([map.count, size < 20_000_000]).toEqual([100_000, true]);
  });
});
