import { invite as invitation } from "#account/table";
import { useAnna } from "@tintype/test/anna";
import { addPerson, beOwner } from "@tintype/test/person";
import { expect, it } from "vitest";
import { invite, invites, uninvite } from "./invite.ts";

const here = useAnna();

it("is made by the owner, with a token of 256 bits that is not kept", async () => {
  const owner = await beOwner(here.system, here.anna);
  const { token, id } = await invite(owner, { name: "Ben", quotaBytes: null, days: 7 });
  expect(token).toMatch(/^[\w-]{43}$/u);
  const rows = await here.system.db.select().from(invitation);
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(JSON.stringify(await invites(owner))).not.toContain(token);
  await uninvite(owner, id);
  await expect(uninvite(owner, id)).rejects.toMatchObject({ code: "not_found" });
});

it("is nothing that a member makes, sees or takes back", async () => {
  const owner = await beOwner(here.system, here.anna);
  const { id } = await invite(owner, { name: "Nora", quotaBytes: null, days: 7 });
  const ben = await addPerson(here.system, "Ben");
  for (const ask of [
    () => invite(ben.ctx, { name: "X", quotaBytes: null, days: 1 }),
    () => invites(ben.ctx),
    () => uninvite(ben.ctx, id),
  ]) {
    await expect(ask()).rejects.toMatchObject({ code: "forbidden" });
  }
});
