import { allow, type Ctx } from "#kernel";
import {
  type Bill,
  billOf,
  costOnTop,
  type Flows,
  forPhotos,
  PRICES,
  type Prices,
  providerAt,
  type Provider,
  soFar,
  USUAL,
  wholeMonth,
} from "#price";
import * as Usage from "#usage";

/** How many more photos are reckoned with. */
const PHOTOS = 10_000;

/** What this month costs, and what it is made of. Money is in US dollars, at the list prices of `provider`. */
export type Cost = {
  provider: Provider;
  /** That of the store, as its address tells. */
  detected: Provider;
  prices: Pick<Prices, "name" | "about" | "checkedOn" | "sources">;
  /** How much of the month is over, 0 to 1. */
  share: number;
  soFar: Bill;
  /** Of the whole month, when it goes on as it began. */
  expected: Bill;
  /** Of the month until now. */
  flows: Flows;
  /** What more photos cost once, and in each month; of this library's own size unless `isUsual`. */
  next: { photos: number; bytes: number; isUsual: boolean; once: Bill; monthly: Bill };
  kept: {
    originals: { files: number; bytes: number };
    previews: { bytes: number; isEstimate: boolean };
    copies: number;
    cold: number;
    database: number;
  };
  sentOut: number;
  throughLinks: number;
  onFunctions: boolean;
  budget: Usage.Budget;
  /** Why work that can wait waits, and until when at most. */
  pause: Usage.Pause | undefined;
};

/** Adds up the month that is under way. Throws `forbidden` for anyone but the owner. */
export async function cost(ctx: Ctx): Promise<Cost> {
  allow(ctx, "admin.read");
  const [budget, known] = await Promise.all([Usage.readBudget(ctx), Usage.known(ctx)]);
  const provider = Usage.providerOf(ctx, budget);
  const prices = PRICES[provider];
  const { name, about, checkedOn, sources } = prices;
  const { month, means = USUAL, onFunctions } = known;
  const { bytes, isEstimate } = known.previews;
  const [used, whole] = [soFar(month), wholeMonth(month)];
  const now = billOf(prices, used);
  const { once, monthly } = forPhotos(PHOTOS, means, onFunctions);
  const isSpent = budget.usd !== null && provider !== "own" && now.total >= budget.usd;
  return {
    provider,
    detected: providerAt(ctx.store.place),
    prices: { name, about, checkedOn, sources },
    share: month.share,
    soFar: now,
    expected: billOf(prices, whole),
    flows: month.flows,
    next: {
      photos: PHOTOS,
      bytes: monthly.standard,
      isUsual: known.means === undefined,
      once: costOnTop(prices, whole, once),
      monthly: costOnTop(prices, whole, monthly),
    },
    kept: {
      originals: known.originals,
      previews: { bytes, isEstimate },
      copies: known.copies,
      cold: month.stored.cold,
      database: known.database,
    },
    sentOut: known.sentOut,
    throughLinks: known.throughLinks,
    onFunctions,
    budget,
    pause: isSpent && budget.usd !== null ? Usage.pauseOf(budget.usd, ctx.now()) : undefined,
  };
}

/** This month's sum in US dollars: so far, and of the whole month when it goes on as it began; at whose prices. */
export type MonthCost = { soFar: number; expected: number; prices: string };

/** The sum of `cost` alone; undefined where nobody is paid, for which nothing is added up. Throws `forbidden` for anyone but the owner. */
export async function monthCost(ctx: Ctx): Promise<MonthCost | undefined> {
  allow(ctx, "admin.read");
  const provider = Usage.providerOf(ctx, await Usage.readBudget(ctx));
  if (provider === "own") return undefined;
  const { month } = await Usage.known(ctx);
  const prices = PRICES[provider];
  return { soFar: billOf(prices, soFar(month)).total, expected: billOf(prices, wholeMonth(month)).total, prices: prices.name };
}
