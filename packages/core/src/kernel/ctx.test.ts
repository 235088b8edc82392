import { useDatabase } from "@tintype/test/database";
import { systemOn } from "@tintype/test/person";
import { expect, it } from "vitest";
import { transact } from "./ctx.ts";
import { job, setting } from "./kernel.sql.ts";

const database = useDatabase();

it("what is written in a transaction and the jobs that are enqueued there come into being together, or not at all", async () => {
  const ctx = systemOn(database());
  const counts = async () => [(await ctx.db.select().from(setting)).length, (await ctx.db.select().from(job)).length];
  const write = (fails: boolean) =>
    transact(ctx, async ({ db, queue }) => {
      await db.insert(setting).values({ name: "a fact", value: 1 });
      await queue.enqueue([{ kind: "round", payload: {} }]);
      if (fails) throw new Error("changed my mind");
    });
  await expect(write(true)).rejects.toThrow("changed my mind");
  expect(await counts()).toEqual([0, 0]);
  await write(false);
  expect(await counts()).toEqual([1, 1]);
});
