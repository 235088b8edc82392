import { useAnna } from "@tintype/test/anna";
import { fill, ids, OTHER, range, rowsOf, TOKEN, unlocked } from "@tintype/test/marked";
import { describe, expect, it } from "vitest";
import { mark } from "./apply.ts";
import { undo as undoTable } from "./mark.sql.ts";
import { expire, undo } from "./undo.ts";

const DAY_MS = 86_400_000;

const here = useAnna();
const filled = (count: number) => fill(here.system, here.anna.id, count);

describe("undoing", () => {
  it("gives each photo back what it had", async () => {
    const [a, b, c] = await filled(3);
    await mark(here.anna.ctx, ids(a!), { rating: 2 }, OTHER);
    await mark(here.anna.ctx, ids(b!), { rating: 5 }, OTHER);
    expect(await mark(here.anna.ctx, range(0, 3, 1), { rating: 5 }, TOKEN)).toEqual({ changed: 2 });
    expect(await undo(here.anna.ctx, TOKEN)).toEqual({ changed: 2 });
    expect((await rowsOf(here.system, [a!, b!, c!])).map((row) => row.rating)).toEqual([2, 5, null]);
    expect(await undo(here.anna.ctx, TOKEN)).toEqual({ changed: 0 });
  });

  it("gives the bin back what was restored, to lie there thirty days from then on", async () => {
    const [a, b, c] = await filled(3);
    const at = (time: string) => ({ ...here.anna.ctx, now: () => new Date(time) });
    await mark(at("2026-11-01T08:00:00Z"), ids(a!), { trashed: true }, OTHER);
    await mark(at("2026-11-20T08:00:00Z"), ids(b!), { trashed: true }, OTHER);
    await mark(at("2026-11-30T20:00:00Z"), ids(a!, b!), { trashed: false }, TOKEN);
    await mark(at("2026-11-30T20:00:00Z"), ids(c!), { trashed: true }, TOKEN);
    expect(await undo(at("2026-12-01T08:00:00.123Z"), TOKEN)).toEqual({ changed: 3 });
    const again = new Date("2026-12-01T08:00:00.123Z");
    expect((await rowsOf(here.system, [a!, b!, c!])).map((row) => row.trashedAt)).toEqual([again, again, null]);
  });

  it("undoes all that was marked with one token, and leaves what was changed again since", async () => {
    const [a, b, c] = await filled(3);
    await mark(here.anna.ctx, ids(a!), { rating: 1 }, TOKEN);
    await mark(here.anna.ctx, ids(a!), { rating: 2 }, TOKEN);
    await mark(here.anna.ctx, ids(b!, c!), { favourite: true }, TOKEN);
    await mark(here.anna.ctx, ids(b!), { favourite: false }, OTHER);
    await mark(here.anna.ctx, ids(b!), { favourite: true }, OTHER);
    expect(await undo(here.anna.ctx, TOKEN)).toEqual({ changed: 4 });
    expect((await rowsOf(here.system, [a!, b!, c!])).map((row) => [row.rating, row.favourite])).toEqual([
      [null, false],
      [null, false],
      [null, false],
    ]);
  });

  it("of photos some of which were locked since gives back the others, and waits with those for who has shown who they are", async () => {
    const [a, b, c] = await filled(3);
    await mark(here.anna.ctx, ids(a!), { rating: 1 }, OTHER);
    await mark(here.anna.ctx, ids(a!, b!, c!), { rating: 4 }, TOKEN);
    await mark(here.anna.ctx, ids(a!, b!), { rating: 5 }, TOKEN);
    await mark(here.anna.ctx, ids(a!), { locked: true }, OTHER);
    const ratings = async () => (await rowsOf(here.system, [a!, b!, c!])).map(({ rating }) => rating);
    expect(await undo(here.anna.ctx, TOKEN)).toEqual({ changed: 3 });
    expect(await ratings()).toEqual([5, null, null]);
    expect(await undo(here.anna.ctx, TOKEN)).toEqual({ changed: 0 });
    await mark(here.anna.ctx, ids(c!), { rating: 4 }, OTHER);
    expect(await undo(unlocked(here.anna.ctx), TOKEN)).toEqual({ changed: 2 });
    expect(await ratings()).toEqual([1, null, 4]);
    expect(await undo(unlocked(here.anna.ctx), TOKEN)).toEqual({ changed: 0 });
  });

  it("is forgotten after a day", async () => {
    const [a] = await filled(1);
    await mark(here.anna.ctx, ids(a!), { favourite: true }, TOKEN);
    await expire(here.system);
    expect(await here.system.db.select().from(undoTable)).toHaveLength(1);
    await expire({ ...here.system, now: () => new Date(Date.now() + 2 * DAY_MS) });
    expect(await undo(here.anna.ctx, TOKEN)).toEqual({ changed: 0 });
  });
});
