import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import { useDatabase } from "@tintype/test/database";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { useStore } from "@tintype/test/store";
import { fileOf, planOne } from "@tintype/test/upload";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { abort, complete } from "./complete.ts";
import { commit, displace, expected, fail, failRefused, refuse } from "./expected.ts";
import { PLACE_TAKEN } from "./rules.ts";
import { upload } from "./upload.sql.ts";

const database = useDatabase();
const store = useStore();

let system: Ctx;
let anna: Awaited<ReturnType<typeof addPerson>>;
let id: string;
let key: string;

const row = async () => (await system.db.select().from(upload).where(eq(upload.id, id)))[0]!;

beforeEach(async () => {
  system = systemOn(database(), { store: store() });
  anna = await addPerson(system, "Anna");
  const file = fileOf("expected", { name: "Été.jpg", modifiedOffset: 120 });
  id = (await planOne(anna.ctx, file)).uploadId;
  ({ key } = await row());
});

describe("an upload that is staged", () => {
  const stage = () => system.db.update(upload).set({ source: "incoming/1", partSize: 4 }).where(eq(upload.id, id));
  const hinted = async () => (await system.db.select({ key: job.dedupe }).from(job)).map((one) => one.key);

  it("tells where it is copied from until it is safe, and is never taken for what was put together at its key", async () => {
    await stage();
    expect(await expected(system, key)).toMatchObject({ source: "incoming/1", parts: undefined });
    await commit(system, key, await addAsset(system, anna.id, "2024-01-01T00:00:00"));
    expect(await expected(system, key)).toMatchObject({ source: null });
    expect(await hinted()).toEqual(["incoming/1"]);
  });

  it("is not hinted where whoever makes it safe removes it", async () => {
    await stage();
    await commit(system, key, await addAsset(system, anna.id, "2024-01-01T00:00:00"), "incoming/1");
    expect([await hinted(), await row()]).toMatchObject([[], { state: "committed" }]);
  });

  it("gets one longer key after the other when its place is taken, and fails when it has them all", async () => {
    await stage();
    const keys = [key];
    for (let times = 0; times < 3; times++) {
      await displace(system, keys.at(-1)!, (await expected(system, keys.at(-1)!))!);
      keys.push((await row()).key);
    }
    expect(keys.map((one) => /~([0-9a-f]+)\./u.exec(one)?.[1]?.length)).toEqual([8, 12, 16, 64]);
    expect(await hinted()).toEqual(["incoming/1"]);
    await displace(system, keys.at(-1)!, (await expected(system, keys.at(-1)!))!);
    expect(await row()).toMatchObject({ state: "failed", reason: PLACE_TAKEN });
  });
});

describe("what ingest is told of the object at a key", () => {
  it("is what the client announced", async () => {
    expect(await expected(system, key)).toEqual({
      id,
      ownerId: anna.id,
      name: "Été.jpg",
      type: "image/jpeg",
      size: 8,
      sha256: fileOf("expected").sha256,
      modifiedAt: "2024-06-05T04:03:02",
      modifiedOffset: 120,
      linkId: null,
      guestName: null,
      source: null,
      parts: undefined,
      isOpen: true,
    });
  });

  it("is nothing for what nobody announced, or what failed", async () => {
    expect(await expected(system, "library/anna/2024/06/by-hand.jpg")).toBeUndefined();
    await fail(system, key, "Other bytes.");
    expect(await expected(system, key)).toBeUndefined();
  });

  it("is still told when the bytes come late, after the upload was ended", async () => {
    await abort(anna.ctx, id);
    expect(await expected(system, key)).toMatchObject({ id, name: "Été.jpg", isOpen: false });
  });

  it("is for the service alone", async () => {
    await expect(expected(anna.ctx, key)).rejects.toMatchObject({ code: "forbidden" });
    await expect(commit(anna.ctx, key, id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(fail(anna.ctx, key, "x")).rejects.toMatchObject({ code: "forbidden" });
    await expect(refuse(anna.ctx, key, "x")).rejects.toMatchObject({ code: "forbidden" });
    await expect(failRefused(anna.ctx, key)).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("the end of an upload", () => {
  it("is the asset that its bytes became, also when the event came before the client's word, or after it gave up", async () => {
    const assetId = await addAsset(system, anna.id, "2024-01-01T00:00:00", { key });
    await commit(system, key, assetId);
    expect(await row()).toMatchObject({ state: "committed", assetId, reason: null });
    await system.db.update(upload).set({ state: "expired", assetId: null, reason: "Cancelled." }).where(eq(upload.id, id));
    await commit(system, key, assetId);
    expect(await row()).toMatchObject({ state: "committed", assetId, reason: null });
  });

  it("is a reason when the bytes are others, and what is committed stays so", async () => {
    await complete(anna.ctx, id);
    await fail(system, key, "The file changed while it was uploaded.");
    expect(await row()).toMatchObject({ state: "failed", reason: "The file changed while it was uploaded.", assetId: null });
    const assetId = await addAsset(system, anna.id, "2024-01-01T00:00:00", { key });
    await system.db.update(upload).set({ state: "committed", assetId, reason: null }).where(eq(upload.id, id));
    await fail(system, key, "too late");
    expect(await row()).toMatchObject({ state: "committed", reason: null });
  });

  it("comes in two steps while refused bytes are being removed: until then the key is its own", async () => {
    await failRefused(system, key);
    expect(await row()).toMatchObject({ state: "open" });
    await complete(anna.ctx, id);
    await failRefused(system, key);
    expect(await row()).toMatchObject({ state: "received" });
    await refuse(system, key, "4 of 8 bytes arrived. Add the file again.");
    expect(await row()).toMatchObject({ state: "received", reason: "4 of 8 bytes arrived. Add the file again." });
    expect(await expected(system, key)).toMatchObject({ id, isOpen: true });
    await failRefused(system, key);
    expect(await row()).toMatchObject({ state: "failed", reason: "4 of 8 bytes arrived. Add the file again." });
  });
});
