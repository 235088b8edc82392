import { asset } from "#asset/table";
import { audit } from "#audit/table";
import { job } from "#kernel/table";
import { mark } from "#mark";
import { useAnna } from "@tintype/test/anna";
import { fill, ids, TOKEN, unlocked } from "@tintype/test/marked";
import { addPerson } from "@tintype/test/person";
import { eq, isNotNull } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { empty, expire, nextExpiry, remove } from "./doom.ts";

const DAY_MS = 86_400_000;

const here = useAnna();
const filled = (count: number) => fill(here.system, here.anna.id, count);
const doomed = async () => {
  const rows = await here.system.db.select({ id: asset.id }).from(asset).where(isNotNull(asset.purgedAt));
  return rows.map(({ id }) => id);
};
const bin = (...list: string[]) => mark(here.anna.ctx, ids(...list), { trashed: true }, TOKEN);

describe("deleting for good", () => {
  it("takes those of the bin that are named, notes it, and asks for their bytes to go", async () => {
    const [a, b, c] = await filled(3);
    await bin(a!, b!);
    await here.system.db.delete(job);
    expect(await remove(here.anna.ctx, [a!, c!])).toBe(1);
    expect(await doomed()).toEqual([a]);
    expect(await here.system.db.select({ kind: job.kind }).from(job)).toEqual([{ kind: "purge" }]);
    const notes = await here.system.db.select({ details: audit.details }).from(audit).where(eq(audit.action, "asset.purge"));
    expect(notes).toEqual([{ details: { count: 1 } }]);
    expect(await remove(here.anna.ctx, [a!])).toBe(0);
  });

  it("is nobody else's to do", async () => {
    const ben = await addPerson(here.system, "Ben");
    const [a] = await filled(1);
    await bin(a!);
    expect([await remove(ben.ctx, [a!]), await empty(ben.ctx), await doomed()]).toEqual([0, 0, []]);
    await expect(expire(ben.ctx)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("takes all of the bin that one sees: what is locked only once one has shown who one is", async () => {
    const [a, b] = await filled(3);
    await mark(here.anna.ctx, ids(a!), { locked: true }, TOKEN);
    await mark(unlocked(here.anna.ctx), ids(a!, b!), { trashed: true }, TOKEN);
    expect([await empty(here.anna.ctx), await doomed()]).toEqual([1, [b]]);
    expect(await empty(unlocked(here.anna.ctx))).toBe(1);
    expect((await doomed()).toSorted()).toEqual([a!, b!].toSorted());
  });

  it("comes by itself after thirty days", async () => {
    const [a, b] = await filled(2);
    const at = (days: number) => ({ now: () => new Date(Date.now() + days * DAY_MS) });
    await mark({ ...here.anna.ctx, ...at(-29) }, ids(a!), { trashed: true }, TOKEN);
    await bin(b!);
    expect(await expire(here.system)).toBe(0);
    expect(await expire({ ...here.system, ...at(2) })).toBe(1);
    expect(await doomed()).toEqual([a]);
  });

  it("is told of before: when the oldest of anybody's bin is to go, and nothing while all are empty", async () => {
    expect(await nextExpiry(here.system)).toBeNull();
    const [a, b] = await filled(2);
    await bin(a!);
    const { trashedAt } = (await here.system.db.select({ trashedAt: asset.trashedAt }).from(asset).where(eq(asset.id, a!)))[0]!;
    await bin(b!);
    expect((await nextExpiry(here.system))?.getTime()).toBe(trashedAt!.getTime() + 30 * DAY_MS);
    await empty(here.anna.ctx);
    expect(await nextExpiry(here.system)).toBeNull();
  });
});
