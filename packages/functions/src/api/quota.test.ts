import { user } from "@tintype/core/account/table";
import { transact } from "@tintype/core/kernel";
import * as Quota from "@tintype/core/quota";
import { addMember, jsonOf, setUpOwner, useApi } from "@tintype/test/api";
import { addAsset } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";

const store = useStore();
const api = useApi(() => ({ store: store(), publicStore: () => ({ origin: "http://store.test", sign: store().sign }) }));
const limit = (id: string) => api().db.update(user).set({ quotaBytes: 1000 }).where(eq(user.id, id));

beforeAll(async () => {
  await setUpOwner(api());
});

it("is not passed by uploads that are planned at once", async () => {
  const { id, browser } = await addMember(api(), "Ines");
  await limit(id);
  const plan = async (name: string) =>
    (await jsonOf(browser.send("POST", "/api/uploads", { files: [fileOf(name, { size: 600 })] }))).files[0].status as string;
  const answers = await Promise.all(["a", "b", "c", "d"].map(plan));
  expect(answers.toSorted()).toEqual(["put", "refused", "refused", "refused"]);
});

it("is not passed by uploads that are committed at once", async () => {
  const { system } = api();
  const { id } = await addMember(api(), "Jan");
  await limit(id);
  const commit = () =>
    transact(system, async (ctx) => {
      await addAsset(ctx, id, "2024-01-01T00:00:00", { size: 600 });
      await Quota.mustHold(ctx, id);
    });
  const results = await Promise.allSettled([commit(), commit(), commit()]);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});
