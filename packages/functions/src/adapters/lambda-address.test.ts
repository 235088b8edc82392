import { expect, it } from "vitest";
import { lambdaAddress } from "./lambda-address.ts";

it.each([
  ["who called the function, where there is no proxy", undefined, "203.0.113.5", "203.0.113.5"],
  ["who called it, where its own address is all that is told", "203.0.113.5", "203.0.113.5", "203.0.113.5"],
  ["who asked the proxy", "203.0.113.5", "198.51.100.1", "203.0.113.5"],
  ["who asked the proxy, whatever they wrote themselves", "10.0.0.1, 203.0.113.5, 198.51.100.1", "198.51.100.1", "203.0.113.5"],
  ["nobody, where nothing is told", undefined, undefined, undefined],
])("an address is that of %s", (_, forwardedFor, caller, address) => {
  expect(lambdaAddress(forwardedFor, caller)).toBe(address);
});
