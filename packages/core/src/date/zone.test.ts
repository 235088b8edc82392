import { describe, expect, it } from "vitest";
import { localIn, offsetIn, zoneAt } from "./zone.ts";

it.each([
  [37.7749, -122.4194, "America/Los_Angeles"],
  [56.15, 10.2, "Europe/Copenhagen"],
  [-33.86, 151.2, "Australia/Sydney"],
  [27.7, 85.3, "Asia/Kathmandu"],
])("the zone at %d, %d is %s", (latitude, longitude, zone) => {
  expect(zoneAt(latitude, longitude)).toBe(zone);
});

describe("the offset of a zone", () => {
  it.each([
    ["Europe/Berlin", "2024-01-15T12:00:00", 60],
    ["Europe/Berlin", "2024-07-15T12:00:00", 120],
    ["America/New_York", "2024-03-10T01:59:59", -300],
    ["America/New_York", "2024-03-10T03:00:00", -240],
    ["Asia/Kathmandu", "2020-06-01T00:00:00", 345],
    ["Australia/Sydney", "2024-01-15T12:00:00", 660],
    ["Asia/Tokyo", "1985-06-01T00:00:00", 540],
    ["Europe/London", "1970-06-01T00:00:00", 60],
  ])("%s at %s is %d", (zone, local, offset) => {
    expect(offsetIn(zone, local)).toBe(offset);
  });

  it("of an hour that comes twice is that of the first", () => {
    expect(offsetIn("Europe/Berlin", "2024-10-27T02:30:00")).toBe(120);
    expect(offsetIn("America/New_York", "2024-11-03T01:30:00")).toBe(-240);
  });

  it("of an hour that is skipped is that before the jump", () => {
    expect(offsetIn("Europe/Berlin", "2024-03-31T02:30:00")).toBe(60);
  });

  it("is unknown for a zone that is none", () => {
    expect(offsetIn("Atlantis/Capital", "2024-01-15T12:00:00")).toBeUndefined();
  });
});

it("an instant is shown on a zone's clock", () => {
  expect(localIn("America/Los_Angeles", Date.UTC(2023, 10, 15, 12, 30))).toEqual({ local: "2023-11-15T04:30:00", offset: -480 });
});
