import { account, passkey } from "#account/table";
import * as Audit from "#audit";
import { newId } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addPerson, addSession } from "@tintype/test/person";
import { expect, it } from "vitest";
import { addPasskey, mayAddPasskey, passkeys, removePasskey, renamePasskey } from "./passkey.ts";

const here = useAnna();

async function addRow(userId: string, name: string): Promise<string> {
  const id = newId();
  const made = { publicKey: "k", credentialID: id, counter: 0, deviceType: "multiDevice", backedUp: true };
  await here.system.db.insert(passkey).values({ id, name, userId, ...made });
  return id;
}

it("is added by who has just shown who they are, which is noted", async () => {
  await expect(mayAddPasskey((await addSession(here.system, here.anna.id)).ctx)).rejects.toMatchObject({ code: "locked" });
  const { ctx } = await addSession(here.system, here.anna.id, { unlocked: true });
  const id = await addPasskey(ctx, "Phone", () => addRow(here.anna.id, "Phone"));
  expect(await passkeys(ctx)).toMatchObject([{ id, name: "Phone", isSynced: true }]);
  expect((await Audit.list(ctx)).entries).toMatchObject([{ action: "passkey.add", details: { name: "Phone" } }]);
  for (let i = 1; i < 20; i++) await addRow(here.anna.id, `${i}`);
  await expect(addPasskey(ctx, "One more", () => addRow(here.anna.id, "x"))).rejects.toMatchObject({ code: "conflict" });
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
