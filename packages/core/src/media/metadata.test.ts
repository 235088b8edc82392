import { asset } from "#asset/table";
import type { Ctx } from "#kernel";
import { noPorts } from "@tintype/test/ingest";
import { useDatabase } from "@tintype/test/database";
import { type Line, recorder } from "@tintype/test/api";
import { addAsset, addPerson, systemOn } from "@tintype/test/person";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { metadata } from "./metadata.ts";
import type { Ports, Tags, VideoFacts } from "./ports.ts";
import { sniff } from "./sniff.ts";
import type { AssetRow, Subject } from "./step.ts";

const database = useDatabase();
let system: Ctx;
let row: AssetRow;
let lines: Line[];
let asked: number[];

beforeEach(async () => {
  lines = [];
  asked = [];
  system = systemOn(database(), { log: recorder(lines) });
  const anna = await addPerson(system, "Anna");
  const id = await addAsset(system, anna.id, "2024-01-02T03:04:05", { createdAt: new Date("2026-01-01T00:00:00Z") });
  row = (await system.db.select().from(asset).where(eq(asset.id, id)))[0]!;
});

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.codePointAt(0)!);
const tags = (change: Partial<Tags>): Tags => ({ exif: {}, xmp: {}, iptc: {}, png: {}, icc: {}, ...change });
const reads = (answer: Tags | undefined): Ports => ({
  ...noPorts,
  metadata: { read: (head) => Promise.resolve(void asked.push(head.length)).then(() => answer) },
});
const watches = (answer: VideoFacts | undefined): Ports => ({ ...noPorts, video: { read: () => Promise.resolve(answer) } });

function subject(start: string, name: string, change: Partial<Subject> = {}): Subject {
  const format = sniff(bytes(start), name);
  const size = 5_000_000;
  const source = { size, read: (from: number, to: number) => Promise.resolve(new Uint8Array(to - from)) };
  return {
    asset: { ...row, name },
    format,
    bytes: format.kind === "photo" ? bytes(start) : undefined,
    source,
    modified: undefined,
    ...change,
  };
}

describe("of a photo", () => {
  it("tells when, where and with what, each with its source", async () => {
    const exif = {
      DateTimeOriginal: "2018:07:25 16:34:23",
      GPSLatitude: [50, 4, 32],
      GPSLongitude: [14, 26, 16],
      Make: "Google",
      Orientation: 6,
      ImageDescription: "At the lake",
    };
    expect(await metadata.run(system, reads(tags({ exif })), subject("\xff\xd8\xff", "a.jpg"))).toEqual({
      localAt: "2018-07-25T16:34:23",
      offsetMinutes: 120,
      zone: "Europe/Prague",
      takenAt: new Date("2018-07-25T14:34:23Z"),
      latitude: expect.closeTo(50.0756, 3),
      longitude: expect.closeTo(14.4378, 3),
      description: "At the lake",
      orientation: 6,
      exif: { make: "Google" },
      provenance: {
        localAt: "DateTimeOriginal",
        offset: "zone",
        position: "gps",
        description: "ImageDescription",
        orientation: "Orientation",
      },
    });
  });

  it("without tags falls back to the name, then to the file's time", async () => {
    const modified = { at: "2020-02-03T04:05:06", offset: -300 };
    expect(await metadata.run(system, reads(tags({})), subject("\xff\xd8\xff", "IMG_20180725_163423.jpg", { modified }))).toMatchObject({
      localAt: "2018-07-25T16:34:23",
    });
    expect(await metadata.run(system, reads(tags({})), subject("\xff\xd8\xff", "a.jpg", { modified }))).toMatchObject({
      localAt: "2020-02-03T04:05:06",
      takenAt: new Date("2020-02-03T09:05:06Z"),
      provenance: { localAt: "mtime", offset: "mtime" },
    });
  });

  it("whose tags cannot be read has the file's time, and the log tells", async () => {
    expect(await metadata.run(system, reads(undefined), subject("\xff\xd8\xff", "a.jpg"))).toMatchObject({
      localAt: "2026-01-01T00:00:00",
    });
    expect(lines.map(({ event }) => event)).toEqual(["ingest.metadata.given_up"]);
  });

  it("in RAW is read from its first megabyte", async () => {
    await metadata.run(system, reads(tags({})), subject("IIU\0", "a.rw2"));
    expect(asked).toEqual([1024 * 1024]);
  });
});

describe("of a video", () => {
  const MOV = "\0\0\0\x10ftypqt  \0\0\0\0";
  it("tells its shape, its length and the camera's own clock", async () => {
    const facts: VideoFacts = {
      durationMs: 1233,
      width: 1440,
      height: 1080,
      codec: "avc",
      createdAt: "2021-04-10T11:43:59+0100",
      createdUtc: Date.UTC(2021, 3, 10, 10, 44),
      location: "+52.2097-000.8955+103.640/",
      make: "Apple",
    };
    expect(await metadata.run(system, watches(facts), subject(MOV, "a.mov"))).toMatchObject({
      durationMs: 1233,
      width: 1440,
      height: 1080,
      localAt: "2021-04-10T11:43:59",
      offsetMinutes: 60,
      zone: "Europe/London",
      latitude: 52.2097,
      longitude: -0.8955,
      exif: { make: "Apple", codec: "avc" },
      provenance: { localAt: "creationdate", offset: "creationdate", position: "location" },
    });
  });

  it("whose header tells nonsense has neither its length nor its date", async () => {
    const facts: VideoFacts = { durationMs: 9e18, width: 1440, height: Number.NaN, createdUtc: 1.8e22 };
    expect(await metadata.run(system, watches(facts), subject(MOV, "a.mov"))).toMatchObject({
      durationMs: null,
      width: 1440,
      height: null,
      localAt: "2026-01-01T00:00:00",
    });
  });

  it("has of its texts what a database takes", async () => {
    const facts: VideoFacts = { make: "Apple\0\0", model: "\0", description: "At \0the\u{d800} sea\n" };
    expect(await metadata.run(system, watches(facts), subject(MOV, "a.mov"))).toMatchObject({
      description: "At the sea",
      exif: { make: "Apple" },
    });
  });

  it("that carries only UTC is shown on the clocks of its place", async () => {
    const facts: VideoFacts = { createdUtc: Date.UTC(2022, 6, 24, 21, 10, 56), location: "+47.5383-2.8919/" };
    expect(await metadata.run(system, watches(facts), subject(MOV, "a.mov"))).toMatchObject({
      localAt: "2022-07-24T23:10:56",
      offsetMinutes: 120,
      zone: "Europe/Paris",
    });
  });

  it.each(["", "+00.0000+000.0000/", "+91.0+000.0/", "nowhere"])("whose place is %j has none", async (location) => {
    expect(await metadata.run(system, watches({ location }), subject(MOV, "a.mov"))).toMatchObject({ latitude: null, longitude: null });
  });

  it("that cannot be parsed has the file's time", async () => {
    expect(await metadata.run(system, watches(undefined), subject(MOV, "VID_20180725_163423.mov"))).toMatchObject({
      localAt: "2018-07-25T16:34:23",
    });
  });
});

it("of anything else only the time is told", async () => {
  expect(await metadata.run(system, noPorts, subject("Dear diary", "2018-07-25.txt"))).toMatchObject({
    localAt: "2018-07-25T12:00:00",
    provenance: { localAt: "name" },
  });
});
