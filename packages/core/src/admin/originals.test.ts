import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Ctx } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { describe, expect, it } from "vitest";
import { originals } from "./originals.ts";

const store = useStore();
const here = useAnna(() => ({ store: store() }));

/** An asset of so many bytes, and at the store so many, or nothing. */
async function add(key: string, size: number, stored: number | undefined, missing = false): Promise<void> {
  await addAsset(here.system, here.anna.id, "2024-01-01T00:00:00", { key, size, missing });
  if (stored !== undefined) await store().put(key, utf8ToBytes("x".repeat(stored)), { type: "image/jpeg" });
}

describe("the originals held against the bucket", () => {
  it("are there, missing or changed; what is known to be missing, and what is no asset's, counts for nothing", async () => {
    await add("library/anna/a.jpg", 3, 3);
    await add("library/anna/b.jpg", 3, undefined);
    await add("library/anna/c.jpg", 3, 4);
    await add("library/anna/d.jpg", 3, undefined, true);
    await add("library/anna/\u{FF5E}.jpg", 3, 3);
    await add("library/anna/\u{1F600}.jpg", 3, 3);
    await store().put("library/anna/z.jpg", utf8ToBytes("nobody's"), { type: "image/jpeg" });
    const found = { there: 3, missing: ["library/anna/b.jpg"], changed: ["library/anna/c.jpg"] };
    expect(await originals(here.system)).toEqual(found);
    const list: Ctx["store"]["list"] = (prefix, options) => store().list(prefix, { ...options, limit: 1 });
    expect(await originals({ ...here.system, store: { ...store(), list } })).toEqual(found);
  });

  it("are the service's to look at", async () => {
    await expect(originals(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });
});
