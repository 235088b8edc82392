import type { asset } from "#asset/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { albumOf, idsOf, mark, unlocked } from "@tintype/test/collection";
import { addAsset, signerOnly } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { geometry } from "./geometry.ts";
import type { Collection } from "./open.ts";

const here = useAnna(() => ({ store: signerOnly }));
const NOW = new Date("2026-11-29T12:00:00Z");

describe("the places of a library", () => {
  it("show each photo where its marks say, and nowhere else", async () => {
    const add = async (change: Partial<typeof asset.$inferInsert> = {}) => {
      const id = await addAsset(here.system, here.anna.id, "2026-11-01T10:00:00", {});
      if (Object.keys(change).length > 0) await mark(here.system, id, change);
      return id;
    };
    const plain = await add();
    const favourite = await add({ favourite: true });
    const archived = await add({ archivedAt: NOW, favourite: true });
    const locked = await add({ lockedAt: NOW, favourite: true });
    const binned = await add({ trashedAt: NOW, favourite: true, archivedAt: NOW });
    const lockedBin = await add({ trashedAt: NOW, lockedAt: NOW });
    const held = await add({ heldBy: newId() });
    const all = await albumOf(here.system, here.anna.id, [plain, favourite, archived, locked, binned, lockedBin, held]);
    const { ctx } = here.anna;
    const seen = async (kind: Exclude<Collection["kind"], "album">, by = ctx) => new Set(await idsOf(by, { kind }));
    expect(await seen("favourites")).toEqual(new Set([favourite, archived]));
    expect(await seen("archive")).toEqual(new Set([archived]));
    expect(await seen("bin")).toEqual(new Set([binned]));
    expect(await seen("bin", unlocked(here.anna.ctx))).toEqual(new Set([binned, lockedBin]));
    expect(await seen("held")).toEqual(new Set([held]));
    expect(await seen("locked", unlocked(here.anna.ctx))).toEqual(new Set([locked]));
    await expect(geometry(ctx, { kind: "locked" })).rejects.toMatchObject({ code: "locked" });
    expect(new Set(await idsOf(ctx, all))).toEqual(new Set([plain, favourite, archived]));
  });
});
