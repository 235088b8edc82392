import { useDatabase } from "@tintype/test/database";
import { addPerson, systemOn } from "@tintype/test/person";
import { expect, it } from "vitest";
import { forget, readLedger, writeLedger } from "./ledger.ts";

const database = useDatabase();

it("gathers the steps of one content of a key, the newest version of each", async () => {
  const system = systemOn(database());
  await writeLedger(system, "k", "e", { verify: 1, metadata: 1 });
  await writeLedger(system, "k", "e", { metadata: 2 });
  await writeLedger(system, "k", "other", { verify: 1 });
  expect(await readLedger(system, "k", "e")).toEqual({ verify: 1, metadata: 2 });
  expect(await readLedger(system, "k", "never")).toEqual({});
});

it("forgets a key in all its contents", async () => {
  const system = systemOn(database());
  await writeLedger(system, "k", "e", { verify: 1 });
  await writeLedger(system, "k", "f", { verify: 1 });
  await writeLedger(system, "l", "e", { verify: 1 });
  await forget(system, "k");
  expect([await readLedger(system, "k", "e"), await readLedger(system, "k", "f"), await readLedger(system, "l", "e")]).toEqual([
    {},
    {},
    { verify: 1 },
  ]);
});

it("is written by the service alone", async () => {
  const { ctx } = await addPerson(systemOn(database()), "Anna");
  await expect(writeLedger(ctx, "k", "e", { verify: 1 })).rejects.toMatchObject({ code: "forbidden" });
  await expect(forget(ctx, "k")).rejects.toMatchObject({ code: "forbidden" });
});
