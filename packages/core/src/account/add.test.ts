import { job } from "#kernel/table";
import { transact } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { expect, it } from "vitest";
import { add } from "./add.ts";
import { account } from "./account.sql.ts";

const here = useAnna();
const ben = { name: "Ben", email: "Ben@Example.org", folder: "Anna", role: "member", password: "hash" } as const;

it("makes an account with a folder that nobody has, and looks for photos in it", async () => {
  const made = await add(here.system, { ...ben, quotaBytes: 5 });
  expect(made).toMatchObject({ name: "Ben", email: "ben@example.org", handle: "anna-2", role: "member" });
  expect(await here.system.db.select({ userId: account.userId, password: account.password }).from(account)).toEqual([
    { userId: made.id, password: "hash" },
  ]);
  expect(await here.system.db.select({ kind: job.kind }).from(job)).toEqual([{ kind: "sweep" }]);
});

it("numbers folders of a name that is as long as a name can be", async () => {
  const folder = "x".repeat(40);
  const handles = new Set<string>();
  for (let i = 1; i <= 4; i++) handles.add((await add(here.system, { ...ben, folder, email: `${i}@example.org` })).handle);
  expect(handles.size).toBe(4);
});

it("gives an e-mail address one account, and a Tintype one owner", async () => {
  const taken = { ...ben, email: "ANNA@example.org" };
  await expect(add(here.system, taken)).rejects.toMatchObject({ code: "conflict", extra: { field: "email" } });
  await add(here.system, { ...ben, role: "owner" });
  const second = transact(here.system, (ctx) => add(ctx, { ...ben, email: "b@example.org", role: "owner" }));
  await expect(second).rejects.toMatchObject({ code: "conflict" });
});
