import { describe, expect, it } from "vitest";
import { faultsOf, readEdge, readSettings, strangers } from "./deploy-setting.ts";

type Env = Record<string, string>;

const told = (env: Env, production: Env = {}, stage = "production") => ({ env, production, stage });
const CLOUDFLARE = { TINTYPE_EDGE: "cloudflare", TINTYPE_DOMAIN: "photos.example.org" };

describe("what may be set of a deployment", () => {
  it.each([
    ["TINTYPE_COLD_AFTER_DAYS", "-1", "0 to 36500"],
    ["TINTYPE_COLD_AFTER_DAYS", "never", "0 to 36500"],
    ["TINTYPE_COLD_AFTER_DAYS", "36501", "0 to 36500"],
    ["TINTYPE_BUDGET_USD", "0", "1 to 100000"],
    ["TINTYPE_BUDGET_USD", "-20", "1 to 100000"],
    ["TINTYPE_BUDGET_USD", "19.99", "1 to 100000"],
    ["TINTYPE_BUDGET_USD", "1e9", "1 to 100000"],
    ["TINTYPE_BUDGET_USD", "1000000000", "1 to 100000"],
    ["TINTYPE_INGEST_CONCURRENCY", "1", "2 to 1000"],
    ["TINTYPE_INGEST_CONCURRENCY", "1001", "2 to 1000"],
  ])("is not %s=%s", (name, value, range) => {
    expect(() => readSettings(told({ [name]: value }))).toThrow(`${name} is "${value}". It is a whole number, ${range}.`);
  });

  it.each([
    ["TINTYPE_COLD_AFTER_DAYS", "0", "coldAfterDays"],
    ["TINTYPE_COLD_AFTER_DAYS", "36500", "coldAfterDays"],
    ["TINTYPE_BUDGET_USD", "1", "budgetUsd"],
    ["TINTYPE_BUDGET_USD", "100000", "budgetUsd"],
    ["TINTYPE_INGEST_CONCURRENCY", "2", "ingestConcurrency"],
    ["TINTYPE_INGEST_CONCURRENCY", "1000", "ingestConcurrency"],
  ] as const)("is %s=%s", (name, value, key) => {
    expect(readSettings(told({ [name]: value }))[key]).toBe(Number(value));
  });

  it("has values where nothing is set, or what is set is empty", () => {
    const usual = { edge: "aws", domain: undefined, coldAfterDays: undefined, budgetUsd: 20, ingestConcurrency: 5 };
    const names = ["TINTYPE_EDGE", "TINTYPE_DOMAIN", "TINTYPE_COLD_AFTER_DAYS", "TINTYPE_BUDGET_USD", "TINTYPE_INGEST_CONCURRENCY"];
    expect(readSettings(told({}))).toEqual(usual);
    expect(readSettings(told(Object.fromEntries(names.map((name) => [name, ""]))))).toEqual(usual);
    expect(readSettings(told(CLOUDFLARE))).toEqual({ ...usual, edge: "cloudflare", domain: "photos.example.org" });
  });

  it.each([
    [{ TINTYPE_EDGE: "azure" }, 'TINTYPE_EDGE is "azure". Set it to aws or cloudflare.'],
    [{ TINTYPE_EDGE: "cloudflare" }, "TINTYPE_DOMAIN is missing"],
    [{ TINTYPE_DOMAIN: "10.0.0.1" }, 'TINTYPE_DOMAIN is "10.0.0.1". That is an IP address.'],
    [{ ...CLOUDFLARE, TINTYPE_COLD_AFTER_DAYS: "90" }, "TINTYPE_COLD_AFTER_DAYS is set, and the photos are on R2, which has no Glacier."],
    [{ TINTYPE_PROTECT: "false" }, 'TINTYPE_PROTECT is "false". Set it to off'],
    [{ AWS_ENDPOINT_URL: "http://127.0.0.1:9000" }, "Take it away: unset AWS_ENDPOINT_URL"],
    [{ AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:9000" }, "Take it away: unset AWS_ENDPOINT_URL_DYNAMODB"],
    [{ TINTYPE_BUGDET_USD: "5" }, "TINTYPE_BUGDET_USD is no setting. It looks like TINTYPE_BUDGET_USD"],
    [{ TINTYPE_EDGE: "azure", TINTYPE_BUDGET_USD: "0" }, /TINTYPE_EDGE is .*\nTINTYPE_BUDGET_USD is/u],
  ])("is not %o", (env, message) => {
    expect(() => readSettings(told(env))).toThrow(message);
  });

  it("is not of a stage that is production but for a capital", () => {
    expect(() => readSettings(told({}, {}, "Production"))).toThrow('The stage is "Production", which is not protected');
    expect(readSettings(told({}, {}, "productions")).edge).toBe("aws");
  });

  it("may send AWS's programs elsewhere where these are told not to go there", () => {
    expect([...faultsOf(told({ AWS_ENDPOINT_URL: "http://127.0.0.1:9000", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }))]).toEqual([]);
  });

  it("is the domain of one stage alone, as far as the files tell", () => {
    const both = told(CLOUDFLARE, { TINTYPE_DOMAIN: "Photos.example.org" }, "try");
    expect(() => readSettings(both)).toThrow("Set another one for this stage in .env.try, or move that of production to .env.production.");
    expect(readSettings({ ...both, stage: "production" }).domain).toBe("photos.example.org");
    expect(readSettings({ ...both, production: { TINTYPE_DOMAIN: "pictures.example.org" } }).domain).toBe("photos.example.org");
  });

  it("is known by its name: another program's, and what is near none, are not refused", () => {
    const env = { TINTYPE_WALLPAPER: "sea", TINTYPE_HOME: "/srv", TINTYPE_IMAGE: "tintype", TINTYPE_PROTECT: "off", TERM: "xterm" };
    expect([...faultsOf(told(env))]).toEqual([]);
    expect(strangers({ ...env, TINTYPE_DOMIAN: "x", TINTYPE_EMPTY: "" })).toEqual(["TINTYPE_WALLPAPER"]);
  });
});

it("is told where it is deployed before it looks there", () => {
  expect([readEdge({}), readEdge({ TINTYPE_EDGE: "" }), readEdge(CLOUDFLARE)]).toEqual(["aws", "aws", "cloudflare"]);
  expect(() => readEdge({ TINTYPE_EDGE: "AWS" })).toThrow('TINTYPE_EDGE is "AWS". Set it to aws or cloudflare.');
  expect(() => readEdge({ AWS_ENDPOINT_URL: "http://127.0.0.1:9000" })).toThrow("AWS_ENDPOINT_URL is set");
});
