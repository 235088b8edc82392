import { account, session } from "#account/table";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addSession } from "@tintype/test/person";
import { expect, it } from "vitest";
import { changePassword, ways } from "./password.ts";

const here = useAnna();
const by = {
  hash: async (password: string) => `hashed ${password}`,
  check: async (password: string, hash: string) => hash === `hashed ${password}`,
};
const next = "correct horse battery";
const hashes = async () => (await here.system.db.select({ password: account.password }).from(account)).map(({ password }) => password);

async function withPassword() {
  const password = "hashed right";
  await here.system.db.insert(account).values({ id: newId(), accountId: "a", providerId: "credential", userId: here.anna.id, password });
  return addSession(here.system, here.anna.id);
}

it("is changed by who knows the present one, and every other browser of theirs is signed out", async () => {
  const asking = await withPassword();
  await addSession(here.system, here.anna.id);
  const ben = await addSession(here.system, (await addPerson(here.system, "Ben")).id);
  await changePassword(asking.ctx, { current: "right", next }, by);
  expect(await hashes()).toEqual([`hashed ${next}`]);
  expect((await here.system.db.select({ id: session.id }).from(session)).map(({ id }) => id)).toEqual([asking.id, ben.id]);
});

it("stays with a wrong present one, of which ten a minute are let pass, and with a weak new one", async () => {
  const { ctx } = await withPassword();
  await expect(changePassword(ctx, { current: "right", next: "anna anna anna" }, by)).rejects.toMatchObject({
    code: "invalid",
    extra: { field: "next" },
  });
  await expect(changePassword(ctx, { next }, by)).rejects.toMatchObject({ code: "forbidden", extra: { field: "current" } });
  for (let i = 0; i < 9; i++) await expect(changePassword(ctx, { current: "no", next }, by)).rejects.toMatchObject({ code: "forbidden" });
  await expect(changePassword(ctx, { current: "right", next }, by)).rejects.toMatchObject({ code: "too_many" });
  expect(await hashes()).toEqual(["hashed right"]);
});

it("is set for the first time by who has just shown who they are", async () => {
  await expect(changePassword((await addSession(here.system, here.anna.id)).ctx, { next }, by)).rejects.toMatchObject({ code: "locked" });
  const { ctx } = await addSession(here.system, here.anna.id, { unlocked: true });
  expect(await ways(ctx)).toEqual({ password: false, passkeys: 0 });
  await changePassword(ctx, { next }, by);
  expect(await ways(ctx)).toEqual({ password: true, passkeys: 0 });
});
