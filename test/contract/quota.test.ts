import { user } from "@tintype/core/account/table";
import { type Ctx, transact } from "@tintype/core/kernel";
import * as Quota from "@tintype/core/quota";
import * as Upload from "@tintype/core/upload";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DATABASES } from "../support/databases.ts";
import { addAsset, addPerson, systemOn } from "../support/person.ts";
import { useStore } from "../support/store.ts";
import { fileOf } from "../support/upload.ts";

const store = useStore();
const TRIES = 6;

describe.each(DATABASES)("a quota on $name", { timeout: 60_000 }, ({ open }) => {
  let database: Awaited<ReturnType<typeof open>>;
  let system: Ctx;

  beforeAll(async () => {
    database = await open();
    system = systemOn(database.db, { store: store() });
  });
  afterAll(() => database.close());

  async function limited(name: string) {
    const person = await addPerson(system, `${name}-${crypto.randomUUID().slice(0, 8)}`);
    await system.db.update(user).set({ quotaBytes: 1000 }).where(eq(user.id, person.id));
    return person;
  }

  it("is not passed by uploads that are planned at once", async () => {
    const { ctx } = await limited("ines");
    const plan = (i: number) => Upload.plan(ctx, [fileOf(`planned ${i}`, { size: 600 })]);
    const answers = await Promise.all(Array.from({ length: TRIES }, (_, i) => plan(i)));
    expect(answers.flat().filter(({ status }) => status === "put")).toHaveLength(1);
    expect(answers.flat().filter((each) => each.status === "refused" && each.code === "over_quota")).toHaveLength(TRIES - 1);
  });

  it("is not passed by uploads that are committed at once", async () => {
    const { id } = await limited("jan");
    const commit = () =>
      transact(system, async (ctx) => {
        await addAsset(ctx, id, "2024-01-01T00:00:00", { size: 600 });
        await Quota.mustHold(ctx, id);
      });
    const results = await Promise.allSettled(Array.from({ length: TRIES }, commit));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});
