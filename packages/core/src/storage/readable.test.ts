import { utf8ToBytes } from "@noble/hashes/utils.js";
import { storeAway, useStore } from "@tintype/test/store";
import { describe, expect, it } from "vitest";
import type { ObjectStore } from "./port.ts";
import { headOf, isReadable, isThere, present, unreadable } from "./readable.ts";

const store = useStore();

/** An object with this text; what HEAD tells of it. */
async function stored(key: string, content: string) {
  await store().put(key, utf8ToBytes(content), { type: "text/plain" });
  return store().head(key);
}

/** The store, and how often and by how many at once it is asked to read. */
function watched(): { store: ObjectStore; asked: () => number; most: () => number } {
  let [asked, now, most] = [0, 0, 0];
  const get: ObjectStore["get"] = async (...given) => {
    asked++;
    most = Math.max(most, ++now);
    return store()
      .get(...given)
      .finally(() => now--);
  };
  return { store: { ...store(), get }, asked: () => asked, most: () => most };
}

it("a missing object is told from a store that does not answer", async () => {
  await stored("here", "some bytes");
  expect([await isThere(store(), "here"), await isThere(store(), "elsewhere")]).toEqual([true, false]);
  expect(await headOf(store(), "elsewhere")).toBeUndefined();
  const away = storeAway();
  await expect(isThere(away, "here")).rejects.toMatchObject({ code: "storage_unavailable" });
  away.close();
});

describe("a version of an object", () => {
  it.each(["some bytes", ""])("is readable while it is there: %j", async (content) => {
    const head = await stored("there", content);
    expect(await isReadable(store(), head)).toBe(true);
  });

  it("is not once it was overwritten or removed", async () => {
    const head = await stored("changing", "before");
    await stored("changing", "later!");
    expect(await isReadable(store(), head)).toBe(false);
    await store().remove(["changing"]);
    expect(await isReadable(store(), head)).toBe(false);
  });

  it.each([0, 3, 11])(
    "is not where the object has %i bytes under its etag, as after a file was cut or written over in its place",
    async (size) => {
      const head = await stored("cut", "x".repeat(size));
      expect(await isReadable(store(), { ...head, size: 10 })).toBe(false);
      expect(await isReadable(store(), { ...head, size: 0 })).toBe(size === 0);
    },
  );

  it("is nothing that a store tells which does not answer", async () => {
    const away = storeAway();
    await expect(isReadable(away, { key: "a", size: 1, etag: "e" })).rejects.toMatchObject({ code: "storage_unavailable" });
    away.close();
  });
});

describe("of many objects", () => {
  it("those that are gone are told, and few are asked for at a time", async () => {
    const heads = await Promise.all(Array.from({ length: 40 }, (_, i) => stored(`many/${i}`, `object ${i}`)));
    await store().remove(["many/7", "many/31"]);
    const { store: counting, asked, most } = watched();
    expect((await unreadable(counting, heads)).map(({ key }) => key).toSorted()).toEqual(["many/31", "many/7"]);
    expect([asked(), most()]).toEqual([40, 16]);
    expect(await unreadable(counting, [])).toEqual([]);
  });

  it("those of the keys are told at which there is something", async () => {
    await stored("there/1", "one");
    expect((await present(store(), ["there/1", "many/0", "there/2"])).toSorted()).toEqual(["many/0", "there/1"]);
  });

  it("no more are asked for once the store does not answer", async () => {
    let asked = 0;
    const away = storeAway();
    const get: ObjectStore["get"] = (...given) => {
      asked++;
      return away.get(...given);
    };
    const heads = Array.from({ length: 100 }, (_, i) => ({ key: `away/${i}`, size: 1, etag: "e" }));
    await expect(unreadable({ ...away, get }, heads)).rejects.toMatchObject({ code: "storage_unavailable" });
    expect(asked).toBeLessThanOrEqual(32);
    away.close();
  });
});
