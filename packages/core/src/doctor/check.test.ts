import { expect, it } from "vitest";
import { checksOf } from "./check.ts";
import type { Look, Observations } from "./observation.ts";

const OK = { status: 200, code: "" };
const look: Look = { endpoint: "http://127.0.0.1:9000", list: OK, put: OK, get: OK, range: OK, preflight: OK, large: OK, skewMs: 0 };
const seen: Observations = {
  settings: { publicUrl: "http://127.0.0.1:3000", endpoint: look.endpoint, publicEndpoint: look.endpoint, bucket: "photos" },
  database: {},
  store: look,
  public: look,
  hook: {},
};
const stateOf = (changed: Partial<Observations>) =>
  Object.fromEntries(checksOf({ ...seen, ...changed }).map(({ name, state }) => [name, state]));

it("tells an endpoint once where browsers use the same, and the browser's trials only where there is one", () => {
  expect(Object.keys(stateOf({}))).toEqual([
    "Database",
    "Store",
    "Store: one byte there and back",
    "Pages are let in (CORS)",
    "Large files to the store",
    "Large files through Tintype",
    "Clocks",
    "The store tells of new objects",
  ]);
  const browser = { origin: "http://127.0.0.1:3000", direct: { failed: { step: "put" as const, status: 0 } }, sameOrigin: {}, skewMs: 0 };
  expect(stateOf({ browser })).toMatchObject({
    "This browser, straight at the store": "failed",
    "This browser, through Tintype": "ok",
  });
});

it("tells what failed from what could not be tried", () => {
  const away: Look = { endpoint: look.endpoint, list: { why: "refused", detail: "ECONNREFUSED" } };
  expect(stateOf({ store: away, public: away })).toMatchObject({
    Store: "failed",
    "Pages are let in (CORS)": "unknown",
    Clocks: "unknown",
    "The store tells of new objects": "unknown",
  });
  expect(stateOf({ store: { ...look, get: { status: 200, code: "OtherBytes" } } })).toMatchObject({
    Store: "ok",
    "Store: one byte there and back": "failed",
  });
  expect(stateOf({ public: { ...look, large: { status: 413, code: "NotS3" } }, throughUs: { status: 403, code: "" } })).toMatchObject({
    "Large files to the store": "failed",
    "Large files through Tintype": "ok",
  });
  expect(stateOf({ hook: { target: "arn", isTold: false } })).toMatchObject({ "The store tells of new objects": "failed" });
  expect(stateOf({ database: { skewMs: 1_200_000 } })).toMatchObject({ Clocks: "failed" });
});

it("says that a bucket tells nobody only where it was asked", () => {
  const detailOf = (changed: Partial<Observations>) =>
    checksOf({ ...seen, ...changed }).find(({ name }) => name.includes("new objects"))?.detail;
  const away: Look = { endpoint: look.endpoint, list: { why: "refused", detail: "ECONNREFUSED" } };
  expect(detailOf({})).toMatch(/tells nobody/u);
  expect(detailOf({ store: away })).toBe("It could not be tried.");
  expect(detailOf({ database: { failure: { why: "refused", detail: "ECONNREFUSED" } } })).toBe("It could not be tried.");
});

it("tells clocks in whole seconds, and at which step a browser failed", () => {
  const browser = { origin: "", direct: { failed: { step: "range" as const, status: 200 } }, skewMs: -300 };
  const detailOf = (name: string) => checksOf({ ...seen, browser }).find((check) => check.name === name)?.detail;
  expect(detailOf("Clocks")).toBe("store 0 s, browser 0 s");
  expect(detailOf("This browser, straight at the store")).toBe("reading a range: 200");
});

it("knows nothing of a public address that only the browser reaches", () => {
  const settings = { ...seen.settings, publicEndpoint: "http://home.lan:9000" };
  const beyond: Look = { endpoint: settings.publicEndpoint, list: { why: "refused", detail: "ECONNREFUSED" } };
  const browser = { origin: settings.publicUrl, direct: {}, sameOrigin: {}, skewMs: 0 };
  expect(stateOf({ settings, public: beyond, browser })).toMatchObject({ "Store at its public address": "unknown" });
  expect(stateOf({ settings, public: beyond })).toMatchObject({ "Store at its public address": "failed" });
  const own = { status: 404, code: "NoSuchKey" };
  expect(stateOf({ settings, public: { ...look, own } })).toMatchObject({
    "Store at its public address: one byte there and back": "failed",
  });
});
