import { asset } from "#asset/table";
import { audit } from "#audit/table";
import type { Ctx } from "#kernel";
import { job } from "#kernel/table";
import { useAnna } from "@tintype/test/anna";
import { addAsset, beOwner } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { type Budget, pause, providerOf, readBudget, setBudget } from "./budget.ts";

const here = useAnna();
const TIB = 2 ** 40;
const AWS = "photos at https://s3.eu-central-1.amazonaws.com";

let owner: Ctx;
beforeEach(async () => {
  owner = await beOwner(here.system, here.anna);
});

const at = (iso: string, place = AWS): Ctx => ({ ...here.system, now: () => new Date(iso), store: { ...here.system.store, place } });
const set = (usd: number | null, provider: Budget["provider"] = null) => setBudget(owner, { usd, provider });
/** A TiB that was there before costs $23.55 a month at AWS: half of that in the middle of it. */
const fill = (size = TIB) =>
  addAsset(here.system, here.anna.id, "2026-01-01T00:00:00", { size, id: "01900000-0000-7000-8000-000000000001" });

it("is not set at first, and is kept as it was set", async () => {
  expect(await readBudget(here.system)).toEqual({ usd: null, provider: null });
  await set(5, "cloudflare");
  expect(await readBudget(here.system)).toEqual({ usd: 5, provider: "cloudflare" });
});

it("is reckoned at the prices of the store's own provider, unless others were chosen", () => {
  const store = { store: { place: AWS } };
  expect(providerOf(store, { usd: 5, provider: null })).toBe("aws");
  expect(providerOf(store, { usd: 5, provider: "own" })).toBe("own");
});

it("is noted with who set it, and is the owner's alone to set", async () => {
  await set(5);
  const [noted] = await here.system.db.select().from(audit).where(eq(audit.action, "budget.change"));
  expect(noted).toMatchObject({ ownerId: here.anna.id, actorName: "Anna", details: { usd: 5 } });
  await expect(setBudget(here.anna.ctx, { usd: 1e6, provider: null })).rejects.toMatchObject({ code: "forbidden" });
  await expect(pause(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  expect((await readBudget(here.system)).usd).toBe(5);
});

it("is kept while the prices are others, and only what is changed is noted", async () => {
  await set(5, "aws");
  await set(5, "own");
  expect(await readBudget(here.system)).toEqual({ usd: 5, provider: "own" });
  await set(5, "aws");
  await set(5, "aws");
  await set(null, "aws");
  const noted = await here.system.db.select({ details: audit.details }).from(audit).where(eq(audit.action, "budget.change"));
  expect(noted.map(({ details }) => JSON.stringify(details)).toSorted()).toEqual([
    '{"provider":"aws"}',
    '{"provider":"own"}',
    '{"usd":5,"provider":"aws"}',
    '{"usd":null}',
  ]);
});

async function putOff(dedupe: string, reason: string): Promise<void> {
  const { queue } = here.system;
  await queue.enqueue([{ kind: "strip", payload: { dedupe }, dedupe }]);
  const [claimed] = await queue.claim(["strip"], 1, 60_000);
  await queue.release(claimed!, { reason, delayMs: 86_400_000 });
}

describe("work that can wait", () => {
  it("waits from when the month has cost its budget until the next one begins", async () => {
    await fill();
    await set(12);
    expect(await pause(at("2026-11-16T00:00:00Z"))).toBeUndefined();
    const paused = await pause(at("2026-11-16T12:00:00Z"));
    expect(paused?.reason).toContain("$12.00 is spent. This waits until the next month begins, or");
    expect(paused?.until).toEqual(new Date("2026-12-01T00:00:00Z"));
    expect(await pause(at("2026-11-30T23:59:59Z"))).toBeDefined();
    expect(await pause(at("2026-12-01T00:00:00Z"))).toBeUndefined();
    expect((await pause(at("2026-12-31T00:00:00Z")))?.until).toEqual(new Date("2027-01-01T00:00:00Z"));
  });

  it.each<[string, number | null, string, Budget["provider"]]>([
    ["without a budget", null, AWS, null],
    ["on hardware of one's own", 0, "photos at http://minio:9000", null],
    ["at no prices", 0, AWS, "own"],
    ["while there is money", 1e6, AWS, null],
  ])("goes on %s", async (_, usd, place, provider) => {
    await fill(100 * TIB);
    await set(usd, provider);
    expect(await pause(at("2026-11-29T00:00:00Z", place))).toBeUndefined();
  });

  it("waits with a budget of nothing, even in an empty library", async () => {
    await set(0);
    expect(await pause(at("2026-11-01T00:00:00Z"))).toBeDefined();
  });

  it("goes on as soon as the budget is raised or taken away", async () => {
    await fill();
    const now = "2026-11-29T00:00:00Z";
    await set(1);
    expect(await pause(at(now))).toBeDefined();
    await set(100);
    expect(await pause(at(now))).toBeUndefined();
    await set(1);
    expect(await pause(at(now))).toBeDefined();
    await set(null);
    expect(await pause(at(now))).toBeUndefined();
  });

  it("has the month added up anew no more often than every ten minutes while there is money", async () => {
    await set(1);
    expect(await pause(at("2026-11-29T00:00:00Z"))).toBeUndefined();
    await fill();
    expect(await pause(at("2026-11-29T00:09:59Z"))).toBeUndefined();
    expect(await pause(at("2026-11-29T00:10:00Z"))).toBeDefined();
  });

  it("goes on where so much was deleted that the month has cost less, with what was put off for it", async () => {
    await fill();
    await set(1);
    const { reason } = (await pause(at("2026-11-29T00:00:00Z")))!;
    await putOff("a", reason);
    await here.system.db.delete(asset);
    expect(await pause(at("2026-11-29T00:09:59Z"))).toBeDefined();
    expect(await here.system.queue.claim(["strip"], 10, 1000)).toEqual([]);
    expect(await pause(at("2026-11-29T00:10:00Z"))).toBeUndefined();
    expect(await here.system.queue.claim(["strip"], 10, 1000)).toHaveLength(1);
  });

  it("that was put off for want of money is due when the budget is set anew, and nothing else is", async () => {
    const { queue } = here.system;
    await set(0);
    const reason = (await pause(at("2026-11-29T00:00:00Z")))!.reason;
    await putOff("a", reason);
    await putOff("b", "The store is away.");
    await putOff("c", reason);
    expect(await queue.claim(["strip"], 10, 1000)).toEqual([]);
    await set(50);
    const due = await queue.claim(["strip"], 10, 1000);
    expect(new Set(due.map(({ payload }) => payload["dedupe"]))).toEqual(new Set(["a", "c"]));
    expect(await here.system.db.select({ id: job.id }).from(job)).toHaveLength(3);
  });
});
