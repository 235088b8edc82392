import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { billOf, forPhotos, NOTHING, PRICES, type Prices, USUAL } from "../packages/core/src/price/price.ts";

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

it("tells in docs/cloud.md what a library costs at the list prices, as of the day on which they were compared, and in which region", () => {
  const doc = readFileSync(new URL("../docs/cloud.md", import.meta.url), "utf8").replaceAll(/ +/gu, " ");
  for (const photos of [10_000, 100_000, 1_000_000]) expect(doc).toContain(row(photos));
  for (const { checkedOn, about } of [PRICES.aws, PRICES.cloudflare]) {
    expect(doc).toContain(checkedOn);
    const region = /in (?<region>US East \([\w. ]+\))/u.exec(about)?.groups?.["region"];
    expect(doc).toContain(`${checkedOn}, AWS's in ${region},`);
  }
});
