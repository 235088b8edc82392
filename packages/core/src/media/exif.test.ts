import { describe as suite, expect, it } from "vitest";
import { describe } from "./exif.ts";
import type { Tags } from "./ports.ts";

const tags = (change: Partial<Tags>): Tags => ({ exif: {}, xmp: {}, iptc: {}, png: {}, icc: {}, ...change });

suite("dates", () => {
  it("stand in order of trust, the photographer's first", () => {
    const { found } = describe(
      tags({
        exif: {
          DateTimeOriginal: "2018:07:25 16:34:23",
          SubSecTimeOriginal: "04",
          DateTimeDigitized: "2019:01:01 00:00:00",
          DateTime: "2020:01:01 00:00:00",
        },
        xmp: { DateCreated: "2018-07-24", CreateDate: "2018-07-23T10:00:00Z" },
        iptc: { "Date Created": "20180722", "Time Created": "101112+0200" },
      }),
    );
    expect(found.clocks.map(({ source, stamp }) => [source, stamp.local, stamp.offset])).toEqual([
      ["DateTimeOriginal", "2018-07-25T16:34:23.040", undefined],
      ["XMP:DateCreated", "2018-07-24T12:00:00", undefined],
      ["IPTC:DateCreated", "2018-07-22T10:11:12", 120],
      ["DateTimeDigitized", "2019-01-01T00:00:00", undefined],
      ["XMP:CreateDate", "2018-07-23T10:00:00", 0],
    ]);
    expect(found.modified?.stamp.local).toBe("2020-01-01T00:00:00");
  });

  it("carry the offset of their own tag, or the one of the file's", () => {
    const own = describe(tags({ exif: { DateTimeOriginal: "2018:07:25 16:34:23", OffsetTimeOriginal: "+02:00", OffsetTime: "+05:00" } }));
    expect(own.found.clocks[0]).toMatchObject({ stamp: { offset: 120 }, offsetSource: "OffsetTimeOriginal" });
    const other = describe(tags({ exif: { DateTimeOriginal: "2018:07:25 16:34:23", OffsetTime: "+05:00" } }));
    expect(other.found.clocks[0]).toMatchObject({ stamp: { offset: 300 }, offsetSource: "OffsetTime" });
  });

  it("that are blank, zero or half are none", () => {
    const { found } = describe(
      tags({
        exif: { DateTimeOriginal: "    :  :     :  :  ", DateTime: "0000:00:00 00:00:00" },
        iptc: { "Time Created": "14:30:00+00:00" },
      }),
    );
    expect(found).toEqual({ clocks: [], instants: [] });
  });

  it("of GPS are UTC, from EXIF's three fractions or XMP's one date", () => {
    const exif = describe(tags({ exif: { GPSDateStamp: "2018:07:25", GPSTimeStamp: [14, 34, 23.9] } }));
    expect(exif.found.instants).toEqual([{ ms: Date.UTC(2018, 6, 25, 14, 34, 23), source: "gps" }]);
    const xmp = describe(tags({ xmp: { GPSTimeStamp: "2023-11-15T12:30:00+01:00" } }));
    expect(xmp.found.instants).toEqual([{ ms: Date.UTC(2023, 10, 15, 11, 30), source: "gps" }]);
    expect(describe(tags({ exif: { GPSTimeStamp: [14, 34, 23] } })).found.instants).toEqual([]);
    const broken = describe(tags({ exif: { GPSDateStamp: "2018:07:25", GPSTimeStamp: [14, Number.NaN, 23] } }));
    expect(broken.found.instants).toEqual([]);
  });
});

suite("the position", () => {
  it.each([
    [{ GPSLatitude: [50, 17, 58.57], GPSLatitudeRef: "N", GPSLongitude: [14, 49, 13.06], GPSLongitudeRef: "E" }, 50.299603, 14.820294],
    [{ GPSLatitude: [33, 52, 0], GPSLatitudeRef: "South", GPSLongitude: [70.5, 0, 0], GPSLongitudeRef: "W" }, -33.866667, -70.5],
    [{ GPSLatitude: "37,46.494N", GPSLongitude: "122,25.164W" }, 37.7749, -122.4194],
    [{ GPSLatitude: "-37.5", GPSLongitude: "122.25" }, -37.5, 122.25],
  ])("%j is %d, %d", (group, latitude, longitude) => {
    for (const where of ["exif", "xmp"] as const) {
      const { position } = describe(tags({ [where]: group }));
      expect(position?.latitude).toBeCloseTo(latitude, 5);
      expect(position?.longitude).toBeCloseTo(longitude, 5);
    }
  });

  it.each([
    [{ GPSLatitude: [0, 0, 0], GPSLongitude: [0, 0, 0] }],
    [{ GPSLatitude: [91, 0, 0], GPSLongitude: [10, 0, 0] }],
    [{ GPSLatitude: [Number.NaN, 0, 0], GPSLongitude: [10, 0, 0] }],
    [{ GPSLatitude: [50, 0, 0] }],
    [{ GPSLatitude: "", GPSLongitude: "" }],
  ])("%j is none", (exif) => {
    expect(describe(tags({ exif })).position).toBeUndefined();
  });
});

suite("camera and words", () => {
  it("are taken as they are, impossible values left out", () => {
    const { exif } = describe(
      tags({
        exif: {
          Make: "Google\0",
          Model: " Pixel ",
          FNumber: 2,
          ExposureTime: 0.000376,
          ISOSpeedRatings: [50, 0],
          FocalLength: 0,
          GPSAltitude: 12.5,
          GPSAltitudeRef: 1,
          Rating: 0,
        },
        xmp: { subject: ["sea", "sea", "sun"], title: ["Waves"], Rating: "4", Lens: "50mm" },
        iptc: { Keywords: ["sun", "sand"] },
        icc: { "ICC Description": "Display P3" },
      }),
    );
    expect(exif).toEqual({
      make: "Google",
      model: "Pixel",
      lens: "50mm",
      fNumber: 2,
      exposureSeconds: 0.000376,
      iso: 50,
      altitude: -12.5,
      title: "Waves",
      keywords: ["sea", "sun", "sand"],
      rating: 4,
      colourProfile: "Display P3",
    });
  });

  it.each(["SONY DSC", "OLYMPUS DIGITAL CAMERA         ", "default", "  ", "DCIM\\100MEDIA\\DJI_0001.JPG"])(
    "%j is no description",
    (ImageDescription) => {
      expect(describe(tags({ exif: { ImageDescription } })).description).toBeUndefined();
    },
  );

  it("a person's description beats the camera's", () => {
    const told = describe(tags({ exif: { ImageDescription: "SONY DSC" }, iptc: { "Caption/Abstract": "At the lake" } }));
    expect([told.description, told.sources.description]).toEqual(["At the lake", "IPTC:Caption"]);
  });

  it("text is what Postgres and a page can hold", () => {
    const { description } = describe(tags({ exif: { ImageDescription: `a\0b\u0007c\ud83d ${"x".repeat(5000)}` } }));
    expect(description?.startsWith("abc x")).toBe(true);
    expect(description?.length).toBeLessThanOrEqual(4000);
  });

  it.each([
    [{ exif: { Orientation: 6 } }, 6],
    [{ xmp: { Orientation: "8" } }, 8],
    [{ exif: { Orientation: 9 } }, undefined],
    [{ exif: { Orientation: 0 } }, undefined],
  ])("the orientation of %j is %s", (change, orientation) => {
    expect(describe(tags(change)).orientation).toBe(orientation);
  });
});
