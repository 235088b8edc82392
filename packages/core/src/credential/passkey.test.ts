import { account, passkey, user } from "#account/table";
import * as Audit from "#audit";
import { type Ctx, newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addSession } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { addPasskey, mayAddPasskey, passkeys, removePasskey, renamePasskey } from "./passkey.ts";

const here = useAnna();

async function addRow(userId: string, name: string, { db }: Ctx = here.system): Promise<string> {
  const id = newId();
  const made = { publicKey: "k", credentialID: id, counter: 0, deviceType: "multiDevice", backedUp: true };
  await db.insert(passkey).values({ id, name, userId, ...made });
  return id;
}

it("is added by who has just shown who they are, which is noted", async () => {
  await expect(mayAddPasskey((await addSession(here.system, here.anna.id)).ctx)).rejects.toMatchObject({ code: "locked" });
  const { ctx } = await addSession(here.system, here.anna.id, { unlocked: true });
  const id = await addPasskey(ctx, "Phone", (inside) => addRow(here.anna.id, "Phone", inside));
  expect(await passkeys(ctx)).toMatchObject([{ id, name: "Phone", isSynced: true }]);
  expect((await Audit.list(ctx)).entries).toMatchObject([{ action: "passkey.add", details: { name: "Phone" } }]);
});

it("is one of twenty at most, also when two are added at once", async () => {
  const { ctx } = await addSession(here.system, here.anna.id, { unlocked: true });
  for (let i = 0; i < 19; i++) await addRow(here.anna.id, `${i}`);
  const both = await Promise.allSettled([1, 2].map(() => addPasskey(ctx, "last", (inside) => addRow(here.anna.id, "last", inside))));
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
  await expect(mayAddPasskey(ctx)).rejects.toMatchObject({ code: "conflict" });
});

it("is not there unless it is noted", async () => {
  const { ctx } = await addSession(here.system, here.anna.id, { unlocked: true });
  const failing = async (inside: Ctx) => {
    await addRow(here.anna.id, "x", inside);
    // What is done after it fails.
    await inside.db.delete(user).where(eq(user.id, here.anna.id));
  };
  await expect(addPasskey(ctx, "x", failing)).rejects.toThrow(/audit/u);
  expect(await passkeys(ctx)).toEqual([]);
});

it("is renamed and removed by its own person alone", async () => {
  const [first] = [await addRow(here.anna.id, "a"), await addRow(here.anna.id, "b")];
  const ben = await addPerson(here.system, "Ben");
  await expect(renamePasskey(ben.ctx, first, "his")).rejects.toMatchObject({ code: "not_found" });
  await expect(removePasskey(ben.ctx, first)).rejects.toMatchObject({ code: "not_found" });
  expect(await passkeys(ben.ctx)).toEqual([]);
  await renamePasskey(here.anna.ctx, first, "mine");
  expect((await passkeys(here.anna.ctx)).map(({ name }) => name)).toEqual(["b", "mine"]);
  await removePasskey(here.anna.ctx, first);
  expect((await passkeys(here.anna.ctx)).map(({ name }) => name)).toEqual(["b"]);
});

it("stays while it is the only way in", async () => {
  const id = await addRow(here.anna.id, "only");
  await expect(removePasskey(here.anna.ctx, id)).rejects.toMatchObject({ code: "conflict" });
  await here.system.db
    .insert(account)
    .values({ id: newId(), accountId: "a", providerId: "credential", userId: here.anna.id, password: "h" });
  await removePasskey(here.anna.ctx, id);
  expect(await passkeys(here.anna.ctx)).toEqual([]);
});
