import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { describe, expect, it } from "vitest";
import { give, take, takeAll, type Target } from "./give.ts";
import { members } from "./members.ts";

const here = useAnna();
const aTarget = (): Target => ({ kind: "album", id: newId(), ownerId: here.anna.id });
const rolesIn = async ({ id }: Target) => (await members(here.system, "album", [id])).get(id)?.map(({ name, role }) => `${name}: ${role}`);

describe("a part in somebody's thing", () => {
  it("is given once for each person, and the last role counts", async () => {
    const [ben, carl] = [await addPerson(here.system, "Ben"), await addPerson(here.system, "Carl")];
    const target = aTarget();
    await give(here.anna.ctx, target, ben.id, "viewer");
    await give(here.anna.ctx, target, carl.id, "editor");
    await give(here.anna.ctx, target, ben.id, "contributor");
    expect(await rolesIn(target)).toEqual(["Ben: contributor", "Carl: editor"]);
  });

  it("is taken by its owner, given up by who has it, and nobody else's to take", async () => {
    const [ben, carl, dora] = [
      await addPerson(here.system, "Ben"),
      await addPerson(here.system, "Carl"),
      await addPerson(here.system, "Dora"),
    ];
    const target = aTarget();
    for (const { id } of [ben, carl, dora]) await give(here.anna.ctx, target, id, "viewer");
    await expect(take(ben.ctx, target, carl.id)).rejects.toMatchObject({ code: "not_found" });
    await expect(takeAll(ben.ctx, target)).rejects.toMatchObject({ code: "not_found" });
    await take(ben.ctx, target, ben.id);
    await take(here.anna.ctx, target, carl.id);
    expect(await rolesIn(target)).toEqual(["Dora: viewer"]);
    await takeAll(here.anna.ctx, target);
    expect(await rolesIn(target)).toEqual([]);
  });

  it("is given by its owner alone", async () => {
    const ben = await addPerson(here.system, "Ben");
    await expect(give(ben.ctx, aTarget(), ben.id, "editor")).rejects.toMatchObject({ code: "not_found" });
  });
});
