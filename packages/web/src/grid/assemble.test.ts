import { describe, expect, it } from "vitest";
import { assemble } from "./assemble.ts";
import { chunkOf, landscapes } from "@tintype/test/chunk";
import type { Pending } from "./pending.ts";

const chunk = chunkOf(2026 * 12 + 10, [[22, landscapes(3)]], 7);
const nothing = () => undefined;

function tile(key: string, change: Partial<Pending> = {}): Pending {
  const at = { name: `${key}.jpg`, localAt: "2026-11-22T10:00:00", ratio: 1.5 };
  return { key, ...at, kind: "photo", previewUrl: null, state: "safe", progress: 1, assetId: null, revision: null, ...change };
}

describe("a library with files on their way", () => {
  it("has a slot for each file that no chunk shows yet", () => {
    const { library, tiles } = assemble([chunk], 7, [tile("a"), tile("b", { revision: 8, assetId: "id-b" })], nothing);
    expect(library.count).toBe(5);
    expect(tiles.map(({ key }) => key)).toEqual(["a", "b"]);
  });

  it("leaves out a file from the revision on that shows its photo, and tells which tile that was", () => {
    const { library, tiles, aliases } = assemble([chunk], 7, [tile("a", { revision: 7, assetId: "id-a" }), tile("b")], nothing);
    expect(library.count).toBe(4);
    expect(tiles.map(({ key }) => key)).toEqual(["b"]);
    expect([...aliases]).toEqual([["id-a", "a"]]);
  });
});
