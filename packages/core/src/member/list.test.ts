import { session } from "#account/table";
import * as Audit from "#audit";
import { newId } from "#kernel";
import { job } from "#kernel/table";
import * as Quota from "#quota";
import { upload } from "#upload/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, addPerson, addSession, beOwner } from "@tintype/test/person";
import { expect, it } from "vitest";
import { change, list } from "./list.ts";

const here = useAnna();

it("tells the owner who has an account, how much is theirs, and when they were here", async () => {
  const owner = await beOwner(here.system, here.anna);
  const ben = await addPerson(here.system, "Ben");
  await addSession(here.system, ben.id);
  for (const size of [1000, 500]) await addAsset(here.system, ben.id, "2024-01-01T00:00:00", { size });
  expect(await list(owner)).toMatchObject([
    { name: "Anna", role: "owner", bytes: 0, seenAt: null },
    { name: "Ben", role: "member", bytes: 1500, quotaBytes: null, disabledAt: null, seenAt: expect.any(Date) },
  ]);
  await expect(list(ben.ctx)).rejects.toMatchObject({ code: "forbidden" });
});

it("signs a member out everywhere when the owner shuts them out, and both read of it", async () => {
  const owner = await beOwner(here.system, here.anna);
  const ben = await addPerson(here.system, "Ben");
  await addSession(here.system, ben.id);
  await change(owner, ben.id, { disabled: true, quotaBytes: 5 });
  expect(await here.system.db.select().from(session)).toEqual([]);
  expect((await list(owner))[1]).toMatchObject({ disabledAt: expect.any(Date), quotaBytes: 5 });
  for (const ctx of [owner, ben.ctx]) {
    expect((await Audit.list(ctx)).entries.map(({ action }) => action)).toEqual(["member.disable", "member.quota"]);
  }
  await change(owner, ben.id, { disabled: false });
  expect((await list(owner))[1]).toMatchObject({ disabledAt: null, quotaBytes: 5 });
});

it("changes nothing twice, and tells of it once", async () => {
  const owner = await beOwner(here.system, here.anna);
  const ben = await addPerson(here.system, "Ben");
  await change(owner, ben.id, { disabled: false, quotaBytes: null });
  expect((await Audit.list(ben.ctx)).entries).toEqual([]);
  await change(owner, ben.id, { disabled: true, quotaBytes: 5 });
  const [, once] = await list(owner);
  await change({ ...owner, now: () => new Date(Date.now() + 60_000) }, ben.id, { disabled: true, quotaBytes: 5 });
  expect((await list(owner))[1]).toEqual(once);
  expect((await Audit.list(ben.ctx)).entries).toHaveLength(2);
});

it("has what was left in their inbox for want of room looked at again when it raises a quota", async () => {
  const owner = await beOwner(here.system, here.anna);
  const ben = await addPerson(here.system, "Ben");
  await change(owner, ben.id, { quotaBytes: 5 });
  const facts = { name: "a", type: "text/plain", sha256: new Uint8Array(), modifiedAt: "2024-01-01T00:00:00", modifiedOffset: 0 };
  const ended = { state: "failed", reason: Quota.OVER_QUOTA, expiresAt: new Date() } as const;
  const key = "inbox/ben/a";
  await here.system.db.insert(upload).values({ ...facts, ...ended, id: newId(), ownerId: ben.id, size: 9, key, source: key });
  const asked = async () => (await here.system.db.select({ key: job.dedupe }).from(job)).map((each) => each.key);
  await change(owner, ben.id, { quotaBytes: 8 });
  expect(await asked()).toEqual([]);
  await change(owner, ben.id, { quotaBytes: 9 });
  expect(await asked()).toEqual([key]);
});

it("shuts out neither the owner nor nobody, and is nothing that a member does", async () => {
  const owner = await beOwner(here.system, here.anna);
  const ben = await addPerson(here.system, "Ben");
  await expect(change(owner, here.anna.id, { disabled: true })).rejects.toMatchObject({ code: "conflict" });
  await expect(change(owner, newId(), { disabled: true })).rejects.toMatchObject({ code: "not_found" });
  await expect(change(ben.ctx, ben.id, { quotaBytes: null })).rejects.toMatchObject({ code: "forbidden" });
});
