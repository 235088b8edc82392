import { apikey } from "#account/table";
import { type Ctx, newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addSession } from "@tintype/test/person";
import { beforeEach, expect, it } from "vitest";
import { create, keys, type KeyMaker, revoke, scopesOf } from "./key.ts";

const here = useAnna();
let unlocked: Ctx;

beforeEach(async () => {
  unlocked = (await addSession(here.system, here.anna.id, { unlocked: true })).ctx;
});

const make: KeyMaker = async ({ userId, name, scopes }) => {
  const id = newId();
  const permissions = JSON.stringify({ tintype: scopes });
  await here.system.db.insert(apikey).values({ id, key: `hash ${id}`, name, referenceId: userId, permissions, start: "tt_abc" });
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

it("is one of fifty at most", async () => {
  for (let i = 0; i < 50; i++) await create(unlocked, { name: `${i}`, scopes: ["upload"] }, make);
  await expect(create(unlocked, { name: "x", scopes: ["upload"] }, make)).rejects.toMatchObject({ code: "conflict" });
});

it.each([null, "{}", '{"tintype":"upload"}', '{"tintype":["everything"]}', '{"other":["upload"]}'])(
  "gives nothing with %s",
  (permissions) => {
    expect(scopesOf(permissions)).toEqual([]);
  },
);
