import { eq } from "drizzle-orm";
import { user } from "#account/table";
import { useAnna } from "@tintype/test/anna";
import { addPerson } from "@tintype/test/person";
import { expect, it } from "vitest";
import { people } from "./people.ts";

const here = useAnna();

it("tells everybody here the names of the others, not who was shut out, and nothing but names", async () => {
  const [ben, carl] = [await addPerson(here.system, "Ben"), await addPerson(here.system, "Carl")];
  await addPerson(here.system, "Dora");
  await here.system.db.update(user).set({ disabledAt: new Date() }).where(eq(user.id, carl.id));
  expect(await people(ben.ctx)).toEqual([
    { name: "Anna", handle: "anna" },
    { name: "Dora", handle: "dora" },
  ]);
  const reader = { kind: "user", userId: ben.id, role: "member", key: { id: "k", scopes: new Set(["album.read" as const]) } } as const;
  await expect(people({ ...here.system, actor: reader })).rejects.toMatchObject({ code: "forbidden" });
  await expect(people({ ...here.system, actor: { kind: "anonymous" } })).rejects.toMatchObject({ code: "unauthenticated" });
});
