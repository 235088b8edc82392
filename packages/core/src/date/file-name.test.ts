import { expect, it } from "vitest";
import { dateInName, namedClock } from "./file-name.ts";

it.each([
  ["IMG_20180725_163423.jpg", "2018-07-25T16:34:23"],
  ["20180725_163423.mp4", "2018-07-25T16:34:23"],
  ["VID_20180725_163423_HDR.mp4", "2018-07-25T16:34:23"],
  ["IMG_20180725_163423-2.png", "2018-07-25T16:34:23"],
  ["Screenshot_20210503-094107.png", "2021-05-03T09:41:07"],
  ["Screenshot_2021-05-03-09-41-07-12.png", "2021-05-03T09:41:07"],
  ["Screenshot 2021-05-03 at 09.41.07.png", "2021-05-03T09:41:07"],
  ["Screen Shot 2021-05-03 at 9.41.07 PM.png", "2021-05-03T21:41:07"],
  ["Screen Shot 2021-05-03 at 12.41.07 AM.png", "2021-05-03T00:41:07"],
  ["signal-2021-05-03-094107.jpg", "2021-05-03T12:00:00"],
  ["photo_2021-05-03_09-41-07.jpg", "2021-05-03T09:41:07"],
  ["WhatsApp Image 2021-05-03 at 09.41.07.jpeg", "2021-05-03T09:41:07"],
])("%s was taken at %s by its own clock", (name, local) => {
  expect(dateInName(name)).toMatchObject({ local, utc: false });
});

it("a Pixel's name is UTC, to the millisecond", () => {
  expect(dateInName("PXL_20220724_210650210.NIGHT.mp4")).toEqual({ local: "2022-07-24T21:06:50.210", utc: true, dayOnly: false });
});

it.each(["IMG-20180725-WA0003.jpg", "2018-07-25 picnic.jpg", "scan 20180725.tif"])("%s knows the day only", (name) => {
  expect(dateInName(name)).toEqual({ local: "2018-07-25T12:00:00", utc: false, dayOnly: true });
});

it.each(["IMG_0001.jpg", "DSC20181.jpg", "20181332_101010.jpg", "12018072512.jpg", "1532536463000.jpg", "a.jpg", "2018.jpg"])(
  "%s tells nothing",
  (name) => {
    expect(dateInName(name)).toBeUndefined();
  },
);

it.each([
  ["PXL_20230102_101112345.mp4", { modifiedAt: "2024-05-05T05:05:05", modifiedOffset: 120 }, "2023-01-02T12:11:12.345"],
  ["PXL_20230102_101112345.mp4", { modifiedAt: "2024-05-05T05:05:05" }, "2023-01-02T10:11:12.345"],
  ["VID_20230102_101112.mp4", { modifiedAt: "2024-05-05T05:05:05", modifiedOffset: 120 }, "2023-01-02T10:11:12"],
  ["VID-20230102-WA0001.mp4", { modifiedAt: "2023-01-02T18:00:00", modifiedOffset: 60 }, "2023-01-02T18:00:00"],
  ["VID-20230102-WA0001.mp4", { modifiedAt: "2024-05-05T05:05:05", modifiedOffset: 60 }, "2023-01-02T12:00:00"],
  ["holiday.mp4", { modifiedAt: "2024-05-05T05:05:05" }, undefined],
])("the clock that %s tells of a file of %j is %s", (name, modified, clock) => {
  expect(namedClock({ name, ...modified })).toBe(clock);
});
