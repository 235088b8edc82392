import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { billOf, forPhotos, NOTHING, PRICES, priceOf, type Prices, USUAL } from "../packages/core/src/price/price.ts";

const dollars = (usd: number): string => `$${usd < 20 ? usd.toFixed(2) : Math.round(usd)}`;

/** A row of the table of prices, from the list prices of the program. */
function row(photos: number): string {
  const { once, monthly } = forPhotos(photos, USUAL, true);
  const cold = { ...monthly, standard: photos * USUAL.derived, cold: photos * USUAL.original };
  const month = (prices: Prices, usage = monthly): string => dollars(billOf(prices, { ...NOTHING, ...usage }).total);
  const size = Math.round(monthly.standard / 1e9);
  const cells = [
    photos.toLocaleString("en"),
    `${size.toLocaleString("en")} GB`,
    month(PRICES.aws),
    month(PRICES.aws, cold),
    month(PRICES.cloudflare),
    dollars(billOf(PRICES.aws, once).total),
    dollars(billOf(PRICES.cloudflare, once).total),
  ];
  return `| ${cells.join(" | ")} |`;
}

it("tells in README.md and docs/cloud.md what idle queues cost: as many as functions read, with five pollers that ask every 20 seconds", () => {
  const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const queues = read("packages/functions/infra/ingest.ts").match(/maximumConcurrency:/gu)?.length ?? 0;
  const requests = queues * 5 * 3 * 60 * 24 * 30;
  const { from: free, usd } = PRICES.aws.messages.at(-1) ?? { from: 0, usd: 0 };
  const cents = (sum: number): number => Math.round(sum * 100);
  const doc = read("docs/cloud.md");
  expect(doc).toContain(`${requests.toLocaleString("en")} in 30 days, of which the account has a million free`);
  expect(doc).toContain(`about ${cents(priceOf(PRICES.aws.messages, requests))} cents, and ${cents(requests * usd)} where others use`);
  expect(free).toBe(1_000_000);
  expect(read("README.md")).toContain(`about ${cents(priceOf(PRICES.aws.messages, requests))} cents a month`);
});

it("tells in docs/cloud.md what a library costs at the list prices, as of the day on which they were compared, and in which region", () => {
  const doc = readFileSync(new URL("../docs/cloud.md", import.meta.url), "utf8").replaceAll(/ +/gu, " ");
  for (const photos of [10_000, 100_000, 1_000_000]) expect(doc).toContain(row(photos));
  for (const { checkedOn, about } of [PRICES.aws, PRICES.cloudflare]) {
    expect(doc).toContain(checkedOn);
    const region = /in (?<region>US East \([\w. ]+\))/u.exec(about)?.groups?.["region"];
    expect(doc).toContain(`${checkedOn}, AWS's in ${region},`);
  }
});
