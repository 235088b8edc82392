import { useAnna } from "@tintype/test/anna";
import { albumOf, holderOf } from "@tintype/test/collection";
import { addAsset, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { geometry } from "./geometry.ts";
import { get } from "./get.ts";
import { items } from "./items.ts";
import { downloads } from "./save.ts";

const here = useAnna(() => ({ store: signerOnly }));

describe("a photo", () => {
  it("gives nothing that is not in it", async () => {
    const [inside, outside] = [
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
      await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00"),
    ];
    const shared = await albumOf(here.system, here.anna.id, [inside]);
    const link = holderOf(here.system, here.anna.id, shared.id);
    expect(await items(link, shared, [outside, inside])).toMatchObject({ id: [inside] });
    await expect(get(link, shared, outside)).rejects.toMatchObject({ code: "not_found" });
    await expect(downloads(link, shared, [outside])).rejects.toMatchObject({ code: "not_found" });
    const other = await albumOf(here.system, here.anna.id, [outside]);
    await expect(geometry(link, other)).rejects.toMatchObject({ code: "not_found" });
    await expect(geometry(link, { kind: "favourites" })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
