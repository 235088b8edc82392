import { apikey, user } from "#account/table";
import { type Ctx, newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addSession } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { create, keys, type KeyMaker, revoke, scopesOf } from "./key.ts";

const here = useAnna();
let unlocked: Ctx;

beforeEach(async () => {
  unlocked = (await addSession(here.system, here.anna.id, { unlocked: true })).ctx;
});

const make: KeyMaker = async ({ db }, { userId, name, scopes }) => {
  const id = newId();
  const permissions = JSON.stringify({ tintype: scopes });
  await db.insert(apikey).values({ id, key: `hash ${id}`, name, referenceId: userId, permissions, start: "tt_abc" });
  return { id, key: `tt_${id}` };
};

it("is made by who has just shown who they are, with what they may do themselves", async () => {
  const made = await create(unlocked, { name: "backup", scopes: ["upload", "upload", "library.read"] }, make);
  expect(made.key).toMatch(/^tt_/u);
  expect(await keys(unlocked)).toMatchObject([{ id: made.id, name: "backup", start: "tt_abc", scopes: ["library.read", "upload"] }]);
  const locked = (await addSession(here.system, here.anna.id)).ctx;
  await expect(create(locked, { name: "x", scopes: ["upload"] }, make)).rejects.toMatchObject({ code: "locked" });
  await expect(create(unlocked, { name: "x", scopes: ["upload", "admin"] }, make)).rejects.toMatchObject({ code: "forbidden" });
});

it("makes no keys, lists none and revokes none", async () => {
  const { id } = await create(unlocked, { name: "backup", scopes: ["upload"] }, make);
  const key = { id, scopes: new Set(["upload", "admin"] as const) };
  const ctx: Ctx = { ...unlocked, actor: { kind: "user", userId: here.anna.id, role: "owner", key } };
  for (const ask of [() => create(ctx, { name: "x", scopes: ["upload"] }, make), () => keys(ctx), () => revoke(ctx, id)]) {
    await expect(ask()).rejects.toMatchObject({ code: "forbidden" });
  }
});

it("is revoked by its maker alone", async () => {
  const { id } = await create(unlocked, { name: "backup", scopes: ["upload"] }, make);
  const ben = await addPerson(here.system, "Ben");
  await expect(revoke(ben.ctx, id)).rejects.toMatchObject({ code: "not_found" });
  expect(await keys(ben.ctx)).toEqual([]);
  await revoke(unlocked, id);
  expect(await keys(unlocked)).toEqual([]);
});

it("is not there unless it is noted", async () => {
  const failing: KeyMaker = async (ctx, given) => {
    const made = await make(ctx, given);
    // What is done after it fails.
    await ctx.db.delete(user).where(eq(user.id, given.userId));
    return made;
  };
  await expect(create(unlocked, { name: "backup", scopes: ["upload"] }, failing)).rejects.toThrow(/audit/u);
  expect(await keys(unlocked)).toEqual([]);
});

it("is one of fifty at most, also when two are made at once", async () => {
  for (let i = 0; i < 49; i++) await create(unlocked, { name: `${i}`, scopes: ["upload"] }, make);
  const both = [1, 2].map(() => create(unlocked, { name: "last", scopes: ["upload"] }, make));
  expect((await Promise.allSettled(both)).map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

it.each([null, "{}", '{"tintype":"upload"}', '{"tintype":["everything"]}', '{"other":["upload"]}'])(
  "gives nothing with %s",
  (permissions) => {
    expect(scopesOf(permissions)).toEqual([]);
  },
);
