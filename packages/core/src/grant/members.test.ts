import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { expect, it } from "vitest";
import { give } from "./give.ts";
import { members } from "./members.ts";

const here = useAnna();

it("tells with whom each of several things is shared, first come first, in one query", async () => {
  const [ben, carl] = [await addPerson(here.system, "Ben"), await addPerson(here.system, "Carl")];
  const [one, two, three] = [newId(), newId(), newId()];
  const target = (id: string) => ({ kind: "album", id, ownerId: here.anna.id }) as const;
  await give(here.anna.ctx, target(one), carl.id, "viewer");
  await give(here.anna.ctx, target(one), ben.id, "editor");
  await give(here.anna.ctx, target(two), ben.id, "contributor");
  const found = await members(here.system, "album", [one, two, three]);
  expect([one, two, three].map((id) => found.get(id)?.map(({ handle, role }) => [handle, role]))).toEqual([
    [
      [carl.handle, "viewer"],
      [ben.handle, "editor"],
    ],
    [[ben.handle, "contributor"]],
    [],
  ]);
  expect(await members(here.system, "album", [])).toEqual(new Map());
});
