import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { expect, it } from "vitest";
import { get, handleOf } from "./get.ts";

const here = useAnna();

it("is told to the person themselves, and their folder to who may send something into it", async () => {
  expect(await get(here.anna.ctx, here.anna.id)).toMatchObject({ name: "Anna", handle: "anna" });
  expect(await handleOf(here.anna.ctx, here.anna.id)).toBe("anna");
  const ben = await addPerson(here.system, "Ben");
  for (const ask of [get, handleOf]) await expect(ask(ben.ctx, here.anna.id)).rejects.toMatchObject({ code: "not_found" });
});
