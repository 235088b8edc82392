import { useAnna } from "@tintype/test/anna";
import { addAsset, beOwner } from "@tintype/test/person";
import * as Usage from "#usage";
import type { Ctx } from "#kernel";
import { beforeEach, expect, it } from "vitest";
import { cost, monthCost } from "./cost.ts";

const here = useAnna();
const GIB = 2 ** 30;

let owner: Ctx;
beforeEach(async () => {
  const system = await beOwner(here.system, here.anna);
  const store = { ...here.system.store, place: "photos at https://s3.eu-central-1.amazonaws.com" };
  owner = { ...system, now: () => new Date("2026-11-16T00:00:00Z"), store };
});

const add = (size: number, id = "01900000-0000-7000-8000-000000000001") =>
  addAsset(here.system, here.anna.id, "2026-01-01T00:00:00", { size, id });

it("tells the month so far and as expected, and what more photos cost, at the prices of the store's provider", async () => {
  await add(100 * GIB);
  const found = await cost(owner);
  expect(found).toMatchObject({ provider: "aws", detected: "aws", share: 0.5, onFunctions: false });
  expect([found.soFar.storage, found.expected.storage]).toEqual([expect.closeTo(1.15), expect.closeTo(2.3)]);
  expect(found.prices.sources.length).toBeGreaterThan(0);
  expect(found.next).toMatchObject({ photos: 10_000, bytes: 43_700_000_000, isUsual: true });
  expect(found.next.monthly.storage).toBeCloseTo((43.7e9 / GIB) * 0.023, 6);
  expect(found.next.once.requests).toBeGreaterThan(0.1);
});

it("tells the same at other prices when they are chosen, and bytes alone on hardware of one's own", async () => {
  await add(100 * GIB);
  await Usage.setBudget(owner, { usd: null, provider: "cloudflare" });
  expect(await cost(owner)).toMatchObject({ provider: "cloudflare", detected: "aws", prices: { name: "Cloudflare R2" } });
  await Usage.setBudget(owner, { usd: 0, provider: "own" });
  const own = await cost(owner);
  expect([own.soFar.total, own.expected.total, own.next.once.total, own.pause]).toEqual([0, 0, 0, undefined]);
  expect(own.kept.originals).toEqual({ files: 1, bytes: 100 * GIB });
});

it("tells why work waits where the budget is spent", async () => {
  await add(100 * GIB);
  await Usage.setBudget(owner, { usd: 1.15, provider: null });
  expect((await cost(owner)).pause).toMatchObject({ until: new Date("2026-12-01T00:00:00Z") });
  await Usage.setBudget(owner, { usd: 1.5, provider: null });
  expect((await cost(owner)).pause).toBeUndefined();
});

it("tells the month's sum alone as the whole bill has it, and nothing where nobody is paid", async () => {
  await add(100 * GIB);
  const { soFar, expected } = await cost(owner);
  expect(await monthCost(owner)).toEqual({ soFar: soFar.total, expected: expected.total, prices: "Amazon Web Services" });
  await Usage.setBudget(owner, { usd: null, provider: "own" });
  expect(await monthCost(owner)).toBeUndefined();
});

it("is for the owner alone", async () => {
  await expect(monthCost(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
  await expect(cost(here.anna.ctx)).rejects.toMatchObject({ code: "forbidden" });
});
