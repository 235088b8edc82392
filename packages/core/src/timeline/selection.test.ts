import { useAnna } from "@tintype/test/anna";
import { addPerson, addShown } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { refresh } from "./refresh.ts";
import { selected } from "./selection.ts";

const NOV = 2026 * 12 + 10;

const here = useAnna();

async function fill(ownerId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let day = 28; day > 24; day--) ids.push(await addShown(here.system, ownerId, `2026-11-${day}T10:00:00`));
  await refresh(here.system, ownerId);
  return ids;
}

describe("a selection", () => {
  it("is what its ids and its ranges name, each once", async () => {
    const [a, b, c, d] = await fill(here.anna.id);
    const range = (from: number, to: number) => ({ month: NOV, revision: 1, from, to });
    expect(await selected(here.anna.ctx, { ids: [d!], ranges: [range(0, 2), range(1, 3)] })).toEqual([d, a, b, c]);
    expect(await selected(here.anna.ctx, { ids: [], ranges: [] })).toEqual([]);
  });

  it("is stale once a month has moved on, reaches past its end, or is another's", async () => {
    await fill(here.anna.id);
    const ben = await addPerson(here.system, "Ben");
    const stale = { code: "stale" };
    const one = (change: object) => ({ ids: [], ranges: [{ month: NOV, revision: 1, from: 0, to: 1, ...change }] });
    expect(await selected(here.anna.ctx, one({}))).toHaveLength(1);
    await expect(selected(here.anna.ctx, one({ to: 5 }))).rejects.toMatchObject(stale);
    await expect(selected(here.anna.ctx, one({ revision: 2 }))).rejects.toMatchObject(stale);
    await expect(selected(ben.ctx, one({}))).rejects.toMatchObject(stale);
  });
});
