import { describe, expect, it } from "vitest";
import { createPackedCache } from "./packed.ts";

const MB = 1024 * 1024;

/** A loader that counts how often it was asked. */
function loader(size: number) {
  const calls = { count: 0 };
  const load = async () => {
    calls.count++;
    return new Uint8Array(size).fill(7);
  };
  return { calls, load };
}

describe("the cache of packed timelines", () => {
  it("loads once for all who ask at the same time and after, plain and gzipped", async () => {
    const cache = createPackedCache();
    const { calls, load } = loader(1000);
    const [plain, again, gzip] = await Promise.all([
      cache.get("a:1", false, load),
      cache.get("a:1", false, load),
      cache.get("a:1", true, load),
    ]);
    expect(calls.count).toBe(1);
    expect(again).toBe(plain);
    expect(await cache.get("a:1", true, load)).toBe(gzip);
    const unpacked = new Response(new Blob([gzip]).stream().pipeThrough(new DecompressionStream("gzip")));
    expect(new Uint8Array(await unpacked.arrayBuffer())).toEqual(plain);
  });

  it("keeps owners and revisions apart", async () => {
    const cache = createPackedCache();
    const { calls, load } = loader(10);
    for (const key of ["a:1", "a:2", "b:1"]) await cache.get(key, false, load);
    expect(calls.count).toBe(3);
  });

  it("drops what was used longest ago when it holds more than 64 MB", async () => {
    const cache = createPackedCache();
    const { calls, load } = loader(30 * MB);
    await cache.get("a", false, load);
    await cache.get("b", false, load);
    await cache.get("a", false, load);
    await cache.get("c", false, load);
    expect(calls.count).toBe(3);
    await cache.get("a", false, load);
    expect(calls.count).toBe(3);
    await cache.get("b", false, load);
    expect(calls.count).toBe(4);
  });

  it("does not keep a failure", async () => {
    const cache = createPackedCache();
    await expect(cache.get("a", false, () => Promise.reject(new Error("down")))).rejects.toThrow("down");
    expect(await cache.get("a", false, loader(3).load)).toHaveLength(3);
  });
});
