import { audit } from "#audit/table";
import { useAnna } from "@tintype/test/anna";
import { fill, ids, OTHER, range, rowsOf, TOKEN, unlocked } from "@tintype/test/marked";
import { addAsset, addPerson } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { mark } from "./apply.ts";
import { undo } from "./undo.ts";

const here = useAnna();
const filled = (count: number) => fill(here.system, here.anna.id, count);

describe("marking photos", () => {
  it("changes what is named by id or by its place in the timeline, and nothing else", async () => {
    const made = await filled(6);
    const [a, , c, d] = made;
    expect(await mark(here.anna.ctx, { ids: [a!, c!], ranges: range(2, 4).ranges }, { favourite: true }, TOKEN)).toEqual({ changed: 3 });
    expect((await rowsOf(here.system, made)).filter((row) => row.favourite).map((row) => row.id)).toEqual([a, c, d]);
  });

  it("changes nothing twice, and tells the time of the first", async () => {
    const [a, b] = await filled(2);
    const first = new Date("2026-11-20T10:00:00Z");
    await mark({ ...here.anna.ctx, now: () => first }, ids(a!), { trashed: true }, TOKEN);
    expect(await mark(here.anna.ctx, ids(a!, b!), { trashed: true }, OTHER)).toEqual({ changed: 1 });
    const [rowA, rowB] = await rowsOf(here.system, [a!, b!]);
    expect([rowA!.trashedAt, rowB!.trashedAt! > first]).toEqual([first, true]);
    await mark(here.anna.ctx, ids(a!), { rating: 3 }, OTHER);
    await mark(here.anna.ctx, ids(a!), { trashed: true }, OTHER);
    const notes = await here.system.db.select({ action: audit.action, details: audit.details }).from(audit);
    expect(notes).toEqual([1, 1].map((count) => ({ action: "asset.trash", details: { count } })));
  });

  it("refuses a month that has another revision now, and changes nothing of the rest", async () => {
    const [a, ...rest] = await filled(3);
    for (const wrong of [range(0, 2, 7), range(0, 4), range(0, 2 ** 28)]) {
      const both = { ids: [a!], ranges: wrong.ranges };
      await expect(mark(here.anna.ctx, both, { favourite: true }, TOKEN)).rejects.toMatchObject({ code: "stale" });
    }
    expect((await rowsOf(here.system, [a!, ...rest])).some((row) => row.favourite)).toBe(false);
  });

  it("reaches nobody else's photos, by id or by place", async () => {
    const ben = await addPerson(here.system, "Ben");
    const [a] = await filled(2);
    await expect(mark(ben.ctx, ids(a!), { trashed: true }, TOKEN)).rejects.toMatchObject({ code: "not_found" });
    await expect(mark(ben.ctx, range(0, 1), { trashed: true }, TOKEN)).rejects.toMatchObject({ code: "stale" });
    const own = await addAsset(here.system, ben.id, "2026-11-01T10:00:00");
    expect(await mark(ben.ctx, ids(a!, own), { trashed: true }, TOKEN)).toEqual({ changed: 1 });
    await expect(undo(here.anna.ctx, TOKEN)).resolves.toEqual({ changed: 0 });
    expect((await rowsOf(here.system, [a!]))[0]!.trashedAt).toBeNull();
  });

  it("sees what is locked only by somebody who has shown who they are", async () => {
    const [a] = await filled(1);
    expect(await mark(here.anna.ctx, ids(a!), { locked: true }, TOKEN)).toEqual({ changed: 1 });
    await expect(mark(here.anna.ctx, ids(a!), { favourite: true }, OTHER)).rejects.toMatchObject({ code: "not_found" });
    await expect(mark(here.anna.ctx, ids(a!), { locked: false }, OTHER)).rejects.toMatchObject({ code: "locked" });
    await expect(undo(here.anna.ctx, TOKEN)).rejects.toMatchObject({ code: "locked" });
    expect(await mark(unlocked(here.anna.ctx), ids(a!), { favourite: true }, OTHER)).toEqual({ changed: 1 });
    expect(await undo(unlocked(here.anna.ctx), TOKEN)).toEqual({ changed: 1 });
    expect((await rowsOf(here.system, [a!]))[0]).toMatchObject({ lockedAt: null, favourite: true });
  });
});
