import { type Ctx, newId } from "#kernel";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, signerOnly, systemOn } from "@tintype/test/person";
import { beforeEach, describe, expect, it } from "vitest";
import { downloads } from "./downloads.ts";
import { totals } from "./totals.ts";

const database = useDatabase();

let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;

beforeEach(async () => {
  system = systemOn(database(), { store: signerOnly });
  anna = await addPerson(system, "Anna");
});

describe("downloading several originals", () => {
  it("gives each once, in the order asked for", async () => {
    const a = await addAsset(system, anna.id, "2026-11-01T10:00:00", { name: "a.jpg", size: 1 });
    const b = await addAsset(system, anna.id, "2026-11-02T10:00:00", { name: "b.jpg", size: 2 });
    expect(await downloads(anna.ctx, [b, a, b])).toMatchObject([
      { id: b, name: "b.jpg", size: 2, url: expect.stringContaining("response-content-disposition=attachment") },
      { id: a, name: "a.jpg", size: 1, localAt: "2026-11-01T10:00:00" },
    ]);
  });

  it("names what is missing or someone else's instead of leaving it out", async () => {
    const ben = await addPerson(system, "Ben");
    const hers = await addAsset(system, anna.id, "2026-11-01T10:00:00");
    const his = await addAsset(system, ben.id, "2026-11-01T10:00:00");
    const unknown = newId();
    await expect(downloads(anna.ctx, [hers, his, unknown])).rejects.toMatchObject({
      code: "not_found",
      extra: { missing: [his, unknown] },
    });
  });
});

describe("the totals of a library", () => {
  it("count one's own assets and bytes, beyond 32 bits", async () => {
    const ben = await addPerson(system, "Ben");
    await addAsset(system, ben.id, "2026-11-01T10:00:00");
    expect(await totals(anna.ctx)).toEqual({ assets: 0, bytes: 0 });
    for (let i = 0; i < 2; i++) await addAsset(system, anna.id, "2026-11-01T10:00:00", { size: 5e12 });
    await addAsset(system, anna.id, "2026-11-01T10:00:00", { kind: "sidecar", size: 7 });
    expect(await totals(anna.ctx)).toEqual({ assets: 2, bytes: 1e13 + 7 });
  });
});
