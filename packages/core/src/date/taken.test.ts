import { describe, expect, it } from "vitest";
import { chooseTaken, type Fallback, type Found } from "./taken.ts";

const NOTHING: Found = { clocks: [], instants: [] };
const clock = (local: string, offset?: number): Found["clocks"] => [
  {
    stamp: { local, ...(offset !== undefined && { offset }) },
    source: "DateTimeOriginal",
    ...(offset !== undefined && { offsetSource: "OffsetTimeOriginal" }),
  },
];
const gps = (iso: string): Found["instants"] => [{ ms: Date.parse(iso), source: "gps" }];
const PRAGUE = { latitude: 50.0755, longitude: 14.4378 };
const from = (change: Partial<Fallback> = {}): Fallback => ({ name: "a.jpg", uploadedAt: new Date("2026-01-02T03:04:05Z"), ...change });

describe("a camera's clock", () => {
  it("keeps the offset that its tag names", () => {
    expect(chooseTaken({ ...NOTHING, clocks: clock("2023-10-22T09:39:48", 120) }, from())).toEqual({
      localAt: "2023-10-22T09:39:48",
      offsetMinutes: 120,
      zone: null,
      takenAt: new Date("2023-10-22T07:39:48Z"),
      provenance: { localAt: "DateTimeOriginal", offset: "OffsetTimeOriginal" },
    });
  });

  it("gets its offset from GPS time, even where the camera was left on the time of home", () => {
    const found = { clocks: clock("2018-07-25T10:34:23"), instants: gps("2018-07-25T14:34:23Z"), position: PRAGUE };
    expect(chooseTaken(found, from())).toMatchObject({ offsetMinutes: -240, zone: null, provenance: { offset: "gps" } });
  });

  it.each([
    ["2018-07-25T14:32:00Z", 120, "gps"],
    ["2018-07-25T14:20:00Z", 120, "zone"],
    ["2018-07-25T13:19:23Z", 120, "zone"],
    ["2018-07-24T14:34:23Z", 120, "zone"],
  ])("with a fix of %s has the offset %d by %s: a stale fix is no offset", (fix, offset, source) => {
    const found = { clocks: clock("2018-07-25T16:34:23"), instants: gps(fix), position: PRAGUE };
    expect(chooseTaken(found, from())).toMatchObject({ offsetMinutes: offset, zone: "Europe/Prague", provenance: { offset: source } });
  });

  it("gets the offset of its place, daylight saving included", () => {
    expect(chooseTaken({ ...NOTHING, clocks: clock("2018-01-25T16:34:23"), position: PRAGUE }, from())).toMatchObject({
      offsetMinutes: 60,
      zone: "Europe/Prague",
      takenAt: new Date("2018-01-25T15:34:23Z"),
    });
  });

  it("without any of these has no offset and no instant, whatever the uploading device's zone", () => {
    expect(
      chooseTaken({ ...NOTHING, clocks: clock("2023-02-02T02:00:00") }, from({ modifiedAt: "2024-01-01T00:00:00", modifiedOffset: 60 })),
    ).toMatchObject({
      localAt: "2023-02-02T02:00:00",
      offsetMinutes: null,
      takenAt: null,
    });
  });

  it("beats everything else", () => {
    const found = { clocks: clock("2023-02-02T02:00:00"), instants: gps("2023-08-08T08:00:00Z") };
    expect(chooseTaken(found, from({ name: "IMG_20180725_163423.jpg" })).localAt).toBe("2023-02-02T02:00:00");
  });
});

describe("an instant alone", () => {
  it("is shown on the clocks of its place", () => {
    const found = { clocks: [], instants: gps("2023-11-15T12:30:00Z"), position: { latitude: 37.7749, longitude: -122.4194 } };
    expect(chooseTaken(found, from())).toMatchObject({ localAt: "2023-11-15T04:30:00", offsetMinutes: -480, zone: "America/Los_Angeles" });
  });

  it("takes the wall clock from the file's name, and the offset from the two", () => {
    const found = { clocks: [], instants: [{ ms: Date.parse("2018-07-25T14:35:01Z"), source: "mvhd" }] };
    expect(chooseTaken(found, from({ name: "VID_20180725_163423.mp4" }))).toMatchObject({
      localAt: "2018-07-25T16:34:23",
      offsetMinutes: 120,
      provenance: { localAt: "name", offset: "mvhd" },
    });
  });

  it("is else shown on the uploading device's clock", () => {
    const found = { clocks: [], instants: [{ ms: Date.parse("2018-07-25T14:35:01Z"), source: "mvhd" }] };
    expect(chooseTaken(found, from({ modifiedAt: "2018-07-25T16:40:00", modifiedOffset: 120 }))).toMatchObject({
      localAt: "2018-07-25T16:35:01",
      offsetMinutes: 120,
      provenance: { localAt: "mvhd", offset: "mtime" },
    });
    expect(chooseTaken(found, from())).toMatchObject({ localAt: "2018-07-25T14:35:01", offsetMinutes: 0 });
  });
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, 1.8e22, -1e15, Date.UTC(1825, 11, 31), Date.UTC(2201, 0, 1)])(
  "an instant of %d is none, with a place and without",
  (ms) => {
    const instants = [{ ms, source: "mvhd" }];
    const wanted = { localAt: "2026-01-02T03:04:05", provenance: { localAt: "upload" } };
    expect(chooseTaken({ clocks: [], instants }, from())).toMatchObject(wanted);
    expect(chooseTaken({ clocks: [], instants, position: PRAGUE }, from())).toMatchObject(wanted);
    expect(chooseTaken({ clocks: clock("2018-07-25T16:34:23"), instants }, from()).offsetMinutes).toBeNull();
  },
);

describe("without a date in the file", () => {
  it("a Pixel's name is UTC", () => {
    expect(
      chooseTaken(NOTHING, from({ name: "PXL_20220724_210650210.jpg", modifiedAt: "2022-07-24T23:06:51", modifiedOffset: 120 })),
    ).toMatchObject({
      localAt: "2022-07-24T23:06:50.210",
      takenAt: new Date("2022-07-24T21:06:50.210Z"),
    });
  });

  it("a name beats the time at which a program saved it, and that beats the file system's", () => {
    const modified = { stamp: { local: "2020-01-01T00:00:00" }, source: "DateTime" };
    expect(chooseTaken({ ...NOTHING, modified }, from({ name: "IMG_20180725_163423.jpg" })).provenance.localAt).toBe("name");
    expect(chooseTaken({ ...NOTHING, modified }, from({ modifiedAt: "2024-01-01T00:00:00" })).provenance.localAt).toBe("DateTime");
  });

  it("a name with a day only takes the file's time of that day, else noon", () => {
    const name = "IMG-20180725-WA0003.jpg";
    expect(chooseTaken(NOTHING, from({ name, modifiedAt: "2018-07-25T18:01:02" })).localAt).toBe("2018-07-25T18:01:02");
    expect(chooseTaken(NOTHING, from({ name, modifiedAt: "2019-01-01T18:01:02" })).localAt).toBe("2018-07-25T12:00:00");
  });

  it("falls back to the file's time, then to the upload's", () => {
    expect(chooseTaken(NOTHING, from({ modifiedAt: "2024-01-01T00:00:00", modifiedOffset: -300 }))).toMatchObject({
      localAt: "2024-01-01T00:00:00",
      takenAt: new Date("2024-01-01T05:00:00Z"),
      provenance: { localAt: "mtime" },
    });
    expect(chooseTaken(NOTHING, from())).toMatchObject({ localAt: "2026-01-02T03:04:05", provenance: { localAt: "upload" } });
  });
});
