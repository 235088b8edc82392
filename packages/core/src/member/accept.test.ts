import { account, user } from "#account/table";
import * as Audit from "#audit";
import type { Ctx } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { beOwner } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { accept, look } from "./accept.ts";
import { invite, invites, uninvite } from "./invite.ts";

const here = useAnna();
const hash = async (password: string) => `hashed ${password}`;
const ben = { name: "Ben B.", email: "ben@example.org", password: "correct horse battery" };

let owner: Ctx;
let guest: Ctx;

beforeEach(async () => {
  owner = await beOwner(here.system, here.anna);
  guest = { ...here.system, actor: { kind: "anonymous" }, address: "10.0.0.5" };
});

const invited = (days = 7) => invite(owner, { name: "Ben", quotaBytes: 1000, days });

it("makes an account with the folder and the quota of the invitation, once, and both read of it", async () => {
  const { token } = await invited();
  expect(await look(guest, token)).toMatchObject({ name: "Ben", by: "Anna", quotaBytes: 1000 });
  const made = await accept(guest, { token, ...ben }, hash);
  expect(made).toMatchObject({ name: "Ben B.", email: "ben@example.org", handle: "ben", role: "member" });
  const [row] = await here.system.db
    .select({ quota: user.quotaBytes, password: account.password })
    .from(user)
    .innerJoin(account, eq(account.userId, user.id));
  expect(row).toEqual({ quota: 1000, password: "hashed correct horse battery" });
  expect(await invites(owner)).toMatchObject([{ usedBy: "Ben B.", usedAt: expect.any(Date) }]);
  for (const ctx of [owner, { ...guest, actor: { kind: "user", userId: made.id, role: "member" } as const }]) {
    expect((await Audit.list(ctx)).entries[0]).toMatchObject({ action: "member.join", actorName: "Ben B.", address: "10.0.0.5" });
  }
  await expect(accept(guest, { token, ...ben, email: "b2@example.org" }, hash)).rejects.toMatchObject({ code: "not_found" });
  await expect(look(guest, token)).rejects.toMatchObject({ code: "not_found" });
});

it("is used by one of two that try at once", async () => {
  const { token } = await invited();
  const tries = [1, 2, 3].map((i) => accept(guest, { token, ...ben, email: `${i}@example.org` }, hash));
  const results = await Promise.allSettled(tries);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await here.system.db.select({ id: user.id }).from(user)).toHaveLength(2);
});

it("stays open when the account cannot be made", async () => {
  const { token } = await invited();
  await expect(accept(guest, { token, ...ben, email: "anna@example.org" }, hash)).rejects.toMatchObject({ code: "conflict" });
  await expect(accept(guest, { token, ...ben, password: "passwordpassword" }, hash)).rejects.toMatchObject({ code: "invalid" });
  await accept(guest, { token, ...ben, password: undefined }, hash);
  expect(await here.system.db.select({ id: account.id }).from(account)).toEqual([]);
});

it("says the same of every token that does not open, and lets an address guess ten times a minute", async () => {
  const [late, back] = [await invited(1), await invited()];
  await uninvite(owner, back.id);
  const tomorrow = { ...guest, now: () => new Date(Date.now() + 25 * 3_600_000) };
  const answers = await Promise.all(
    [look(guest, "guessed"), look(guest, back.token), look(tomorrow, late.token)].map((asked) => asked.catch(String)),
  );
  expect(new Set(answers).size).toBe(1);
  for (let i = 0; i < 10; i++) await look(guest, `guess ${i}`).catch(() => undefined);
  await expect(look(guest, late.token)).rejects.toMatchObject({ code: "too_many" });
  await look({ ...guest, address: "10.0.0.6" }, late.token);
});
