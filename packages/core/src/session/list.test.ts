import { session } from "#account/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addSession } from "@tintype/test/person";
import { expect, it } from "vitest";
import { list } from "./list.ts";

const here = useAnna();

it("tells of the browsers in which somebody is signed in, which of them asks, and of none whose time is over", async () => {
  const asking = await addSession(here.system, here.anna.id);
  await addSession(here.system, here.anna.id);
  const gone = { id: newId(), token: "t", userId: here.anna.id, expiresAt: new Date(Date.now() - 1000) };
  await here.system.db.insert(session).values(gone);
  const found = await list(asking.ctx);
  expect(found).toHaveLength(2);
  expect(found.filter(({ isThis }) => isThis).map(({ id }) => id)).toEqual([asking.id]);
});
