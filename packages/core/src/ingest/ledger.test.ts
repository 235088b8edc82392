import { useDatabase } from "@tintype/test/database";
import type { ObjectStore } from "#storage";
import { addPerson, signerOnly, systemOn } from "@tintype/test/person";
import { expect, it } from "vitest";
import { endTrial, forget, forgetCopies, noteTrial, readLedger, writeLedger } from "./ledger.ts";

const database = useDatabase();

it("gathers the steps of one content of a key, the newest version of each", async () => {
  const system = systemOn(database());
  await writeLedger(system, "k", "e", { verify: 1, metadata: 1 });
  await writeLedger(system, "k", "e", { metadata: 2 });
  await writeLedger(system, "k", "other", { verify: 1 });
  expect(await readLedger(system, "k", "e")).toEqual({ steps: { verify: 1, metadata: 2 }, isCopy: false });
  expect(await readLedger(system, "k", "never")).toEqual({ steps: {}, isCopy: false });
});

it("forgets a key in all its contents", async () => {
  const system = systemOn(database());
  await writeLedger(system, "k", "e", { verify: 1 });
  await writeLedger(system, "k", "f", { verify: 1 });
  await writeLedger(system, "l", "e", { verify: 1 });
  await forget(system, "k");
  const entries = [await readLedger(system, "k", "e"), await readLedger(system, "k", "f"), await readLedger(system, "l", "e")];
  expect(entries.map(({ steps }) => steps)).toEqual([{}, {}, { verify: 1 }]);
});

it("forgets the copies of some bytes in one person's folder, and knows them as copies before", async () => {
  const system = systemOn(database());
  const [bytes, others] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const keys = ["library/an_a/x", "library/an_a/y", "library/anna/x", "library/an_a/z"];
  for (const key of keys) await writeLedger(system, key, "e", { verify: 1 }, key.endsWith("z") ? others : bytes);
  await writeLedger(system, keys[0]!, "e", { look: 1 });
  expect(await readLedger(system, keys[0]!, "e")).toEqual({ steps: { verify: 1, look: 1 }, isCopy: true });
  expect((await forgetCopies(system, "an_a", bytes)).toSorted()).toEqual(keys.slice(0, 2));
  const left = await Promise.all(keys.map(async (key) => (await readLedger(system, key, "e")).isCopy));
  expect(left).toEqual([false, false, true, true]);
});

it("remembers where the trial of these bytes stands, until it has come to an end", async () => {
  let etag = "e";
  const store: ObjectStore = {
    ...signerOnly,
    head: (key: string) => Promise.resolve({ key, size: 1, etag, type: "", lastModified: new Date() }),
  };
  let at = Date.UTC(2026, 10, 30);
  const system = systemOn(database(), { store, now: () => new Date(at) });
  await writeLedger(system, "k", "e", { metadata: 2 });
  expect([await noteTrial(system, "k", "waits"), await noteTrial(system, "k", "begun")]).toEqual([undefined, "waits"]);
  expect([await noteTrial(system, "k", "waits"), await noteTrial(system, "k", "begun"), await noteTrial(system, "l", "begun")]).toEqual([
    "under way",
    "under way",
    undefined,
  ]);
  // By then the function that began it has ended, in one way or another.
  at += 900_000;
  expect([await noteTrial(system, "k", "waits"), await noteTrial(system, "k", "begun")]).toEqual(["begun", "begun"]);
  await endTrial(system, "k");
  expect((await readLedger(system, "k", "e")).steps).toEqual({ metadata: 2 });
  expect(await noteTrial(system, "k", "begun")).toBeUndefined();
  await endTrial(system, "k", new Date(at - 1000));
  expect(await noteTrial(system, "k", "begun")).toBe("under way");
  await endTrial(system, "k", new Date(at));
  expect(await noteTrial(system, "k", "begun", new Date(at - 5000))).toBeUndefined();
  await endTrial(system, "k", new Date(at - 5000));
  expect((await readLedger(system, "k", "e")).steps).toEqual({ metadata: 2 });
  etag = "other";
  expect(await noteTrial(system, "k", "begun")).toBeUndefined();
});

it("is written by the service alone", async () => {
  const { ctx } = await addPerson(systemOn(database()), "Anna");
  await expect(writeLedger(ctx, "k", "e", { verify: 1 })).rejects.toMatchObject({ code: "forbidden" });
  await expect(noteTrial(ctx, "k", "begun")).rejects.toMatchObject({ code: "forbidden" });
  await expect(endTrial(ctx, "k")).rejects.toMatchObject({ code: "forbidden" });
  await expect(forget(ctx, "k")).rejects.toMatchObject({ code: "forbidden" });
  await expect(forgetCopies(ctx, "anna", new Uint8Array(32))).rejects.toMatchObject({ code: "forbidden" });
});
