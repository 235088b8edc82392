import type { Ctx } from "#kernel";
import { useAnna } from "@tintype/test/anna";
import { addAlbum, addLink, codeOf, holding } from "@tintype/test/share";
import { expect, it } from "vitest";
import { list } from "./list.ts";
import { countView, spend, spendOnPage } from "./spend.ts";

const here = useAnna();
const november = () => new Date("2026-11-29T12:00:00Z");

async function guestOf(budgetBytes: number | null): Promise<Ctx> {
  const { anna, system } = here;
  const { token } = await addLink(anna.ctx, await addAlbum(system, anna.id), { budgetBytes });
  return { ...(await holding(system, token)), now: november };
}

const isRefused = async (ctx: Ctx, bytes: number) => (await codeOf(spend(ctx, bytes))) === "over_budget";
const seen = async () => (await list({ ...here.anna.ctx, now: november })).links[0];

it("counts what is handed out, and closes when the budget of the month is spent", async () => {
  const guest = await guestOf(1000);
  expect(await isRefused(guest, 600)).toBe(false);
  expect(await isRefused(guest, 500)).toBe(true);
  expect(await seen()).toMatchObject({ egressBytes: 600, state: "open" });
  expect(await isRefused(guest, 400)).toBe(false);
  expect(await isRefused(guest, 1)).toBe(true);
  expect(await seen()).toMatchObject({ egressBytes: 1000, state: "spent" });
});

it("is closed, and its owner sees it, once there is no room for what its page shows; a download that is too large closes nothing", async () => {
  const guest = await guestOf(1000);
  await spendOnPage(guest, 900);
  await expect(spend(guest, 5000)).rejects.toThrow("more than may still be fetched through this link until the next month begins");
  expect(await seen()).toMatchObject({ egressBytes: 900, state: "open" });
  await expect(spendOnPage(guest, 101)).rejects.toThrow("closed until the next month begins");
  expect(await seen()).toMatchObject({ egressBytes: 1000, state: "spent" });
});

it("never hands out more than the budget to many who ask at once", async () => {
  const guest = await guestOf(1000);
  const refused = await Promise.all(Array.from({ length: 50 }, () => isRefused(guest, 90)));
  expect(refused.filter(Boolean)).toHaveLength(39);
  expect(await seen()).toMatchObject({ egressBytes: 990 });
});

it("begins again with each month, and tells of none that is over", async () => {
  const guest = await guestOf(1000);
  await spend(guest, 1000);
  const december = () => new Date("2026-12-01T00:00:00Z");
  expect((await list({ ...here.anna.ctx, now: december })).links[0]).toMatchObject({ egressBytes: 0, state: "open" });
  expect(await isRefused({ ...guest, now: december }, 1000)).toBe(false);
  expect(await isRefused({ ...guest, now: december }, 1)).toBe(true);
});

it("counts without a limit too, past what an integer holds", async () => {
  const guest = await guestOf(null);
  await spend(guest, 5_000_000_000);
  await spend(guest, 5_000_000_000);
  expect(await seen()).toMatchObject({ egressBytes: 10_000_000_000, state: "open" });
});

it("counts views, and nothing for its owner", async () => {
  const guest = await guestOf(1);
  await countView(guest);
  await countView(guest);
  await countView(here.anna.ctx);
  await spend(here.anna.ctx, 1000);
  expect(await seen()).toMatchObject({ views: 2, egressBytes: 0 });
});
