import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { downloads } from "./downloads.ts";
import { totals } from "./totals.ts";

const here = useAnna(() => ({ store: signerOnly }));

describe("downloading several originals", () => {
  it("gives each once, in the order asked for", async () => {
    const a = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { name: "a.jpg", size: 1 });
    const b = await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00", { name: "b.jpg", size: 2 });
    expect(await downloads(here.anna.ctx, [b, a, b])).toMatchObject({
      files: [
        { id: b, name: "b.jpg", size: 2, url: expect.stringContaining("response-content-disposition=attachment") },
        { id: a, name: "a.jpg", size: 1, localAt: "2026-11-01T10:00:00" },
      ],
      missing: [],
    });
  });

  it("gives the others when some are missing, here or in the store, or someone else's, and names those", async () => {
    const ben = await addPerson(here.system, "Ben");
    const hers = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00");
    const his = await addAsset(here.system, ben.id, "2026-11-01T10:00:00");
    const lost = await addAsset(here.system, here.anna.id, "2026-11-02T10:00:00", { name: "lost.jpg", missing: true });
    const unknown = newId();
    expect(await downloads(here.anna.ctx, [hers, his, lost, unknown, lost])).toMatchObject({
      files: [{ id: hers }],
      missing: [
        { id: his, name: null },
        { id: lost, name: "lost.jpg" },
        { id: unknown, name: null },
      ],
    });
    await expect(downloads(here.anna.ctx, [his, unknown])).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the totals of a library", () => {
  it("count one's own assets and bytes, beyond 32 bits", async () => {
    const ben = await addPerson(here.system, "Ben");
    await addAsset(here.system, ben.id, "2026-11-01T10:00:00");
    expect(await totals(here.anna.ctx)).toEqual({ assets: 0, bytes: 0 });
    for (let i = 0; i < 2; i++) await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { size: 5e12 });
    await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", { kind: "sidecar", size: 7 });
    expect(await totals(here.anna.ctx)).toEqual({ assets: 2, bytes: 1e13 + 7 });
  });
});
