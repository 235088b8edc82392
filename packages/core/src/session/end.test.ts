import { session } from "#account/table";
import * as Audit from "#audit";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addSession } from "@tintype/test/person";
import { expect, it } from "vitest";
import { end, endOthers } from "./end.ts";

const here = useAnna();
const left = async () => (await here.system.db.select({ id: session.id }).from(session)).map(({ id }) => id);

it("ends one session, which is noted, and nobody else's", async () => {
  const [asking, other] = [await addSession(here.system, here.anna.id), await addSession(here.system, here.anna.id)];
  const ben = await addPerson(here.system, "Ben");
  const his = await addSession(here.system, ben.id);
  await expect(end(asking.ctx, his.id)).rejects.toMatchObject({ code: "not_found" });
  await end(asking.ctx, other.id);
  await expect(end(asking.ctx, other.id)).rejects.toMatchObject({ code: "not_found" });
  expect(await left()).toEqual([asking.id, his.id]);
  expect((await Audit.list(asking.ctx)).entries).toMatchObject([{ action: "session.end", details: { device: "Firefox" } }]);
});

it("ends all but the one that asks", async () => {
  const asking = await addSession(here.system, here.anna.id);
  for (let i = 0; i < 3; i++) await addSession(here.system, here.anna.id);
  const ben = await addSession(here.system, (await addPerson(here.system, "Ben")).id);
  expect(await endOthers(asking.ctx)).toBe(3);
  expect(await endOthers(asking.ctx)).toBe(0);
  expect(await left()).toEqual([asking.id, ben.id]);
});

it("is nothing for a key", async () => {
  const asking = await addSession(here.system, here.anna.id);
  const key = { id: "k", scopes: new Set(["admin", "library.write"] as const) };
  const ctx = { ...here.anna.ctx, actor: { kind: "user", userId: here.anna.id, role: "owner", key } as const };
  await expect(end(ctx, asking.id)).rejects.toMatchObject({ code: "forbidden" });
  await expect(endOthers(ctx)).rejects.toMatchObject({ code: "forbidden" });
});
