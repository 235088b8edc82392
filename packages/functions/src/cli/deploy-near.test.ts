import { expect, it } from "vitest";
import { meant } from "./deploy-near.ts";

const KNOWN = ["TINTYPE_EDGE", "TINTYPE_DOMAIN", "TINTYPE_BUDGET_USD", "TINTYPE_COLD_AFTER_DAYS"];

it.each([
  ["TINTYPE_DOMIAN", "TINTYPE_DOMAIN"],
  ["TINTYPE_DOMAINS", "TINTYPE_DOMAIN"],
  ["TINYTYPE_DOMAIN", "TINTYPE_DOMAIN"],
  ["tintype_edge", "TINTYPE_EDGE"],
  ["TINTYPE_EGDE", "TINTYPE_EDGE"],
  ["TINTYPE_BUDGET", "TINTYPE_BUDGET_USD"],
  ["TINTYPE_DOMAIN_NAME", "TINTYPE_DOMAIN"],
  ["TINTYPE_COLD_DAYS", undefined],
  ["TINTYPE_WALLPAPER", undefined],
  ["TINTYPE_", undefined],
  ["DOMAIN", undefined],
  ["OTHER_DOMAIN", undefined],
  ["PATH", undefined],
])("takes %s for %s", (name, known) => {
  expect(meant(name, KNOWN)).toBe(known);
});
