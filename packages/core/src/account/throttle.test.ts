import { useAnna } from "@tintype/test/anna";
import { describe, expect, it } from "vitest";
import { forgive, networkOf, throttle } from "./throttle.ts";

const here = useAnna();
const LIMIT = { max: 3, windowMs: 60_000 };
const NOW = Date.parse("2026-11-29T12:00:00Z");
const at = (ms: number) => ({ ...here.system, now: () => new Date(NOW + ms) });

it.each([
  ["10.1.0.1", "10.1.0.1"],
  ["::ffff:10.1.0.1", "10.1.0.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002:0000:0000:0000:0001", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["fe80::1", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  [undefined, "unknown"],
])("the tries of %s count as those of %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

describe("a limit on tries", () => {
  it("holds for a window that starts with the first try, and says how long that is", async () => {
    for (const ms of [0, 1000, 2000]) await throttle(at(ms), "a", LIMIT);
    await expect(throttle(at(45_000), "a", LIMIT)).rejects.toMatchObject({ code: "too_many", extra: { retryAfter: 15 } });
    await throttle(at(45_000), "b", LIMIT);
    await throttle(at(60_000), "a", LIMIT);
  });

  it("counts tries that come at once one by one", async () => {
    const tries = await Promise.allSettled(Array.from({ length: 10 }, () => throttle(at(0), "a", LIMIT)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });

  it("takes back a try that was right, and never more than were made", async () => {
    await throttle(at(0), "a", LIMIT);
    for (let tries = 0; tries < 5; tries++) await forgive(at(0), ["a", "b"]);
    for (let tries = 0; tries < 3; tries++) await throttle(at(0), "a", LIMIT);
    await expect(throttle(at(0), "a", LIMIT)).rejects.toMatchObject({ code: "too_many" });
  });
});
