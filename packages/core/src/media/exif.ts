import type { Exif } from "#asset";
import { parseOffset, parseStamp, toMs, wallClock, type Found, type Stamp } from "#date";
import type { TagValue, Tags } from "./ports.ts";

/** What a photo's tags say, in our terms. `orientation` is EXIF's 1–8; `sources` names the tag behind each field. */
export type Described = {
  found: Found;
  position?: { latitude: number; longitude: number };
  description?: string;
  orientation?: number;
  exif: Exif;
  sources: { position?: string; description?: string; orientation?: string };
};

const MAX_TEXT = 4000;
/** What neither Postgres nor a page takes: control characters but tab and line breaks, and halves of surrogate pairs. */
const UNSTORABLE = /(?![\t\n\r])\p{Cc}|\p{Surrogate}/gu;
/** What cameras write into ImageDescription when nobody wrote anything. */
const BOILERPLATE =
  /^(?:olympus digital camera|sony dsc|samsung(?: camera pictures)?|kodak.*digital.*camera|digital camera|minolta digital camera|konica minolta.*|dcim\\.*|dsc\w*|exif_jpeg_picture|jpeg|default|untitled|image|<.*>|-+|\.+|\W+)$/iu;

/** Tags → fields. Values that cannot be (no date, latitude 91, an f-number of 0) are left out, never guessed. */
export function describe(tags: Tags): Described {
  const { exif, xmp } = tags;
  const position = positionOf(exif, "gps") ?? positionOf(xmp, "XMP:GPSLatitude");
  const description = firstText(
    [xmp, "description", "XMP:description"],
    [tags.iptc, "Caption/Abstract", "IPTC:Caption"],
    [exif, "ImageDescription"],
    [tags.png, "Description"],
  );
  const orientation = [exif["Orientation"], xmp["Orientation"]]
    .map(toNumber)
    .find((value) => value !== undefined && value >= 1 && value <= 8);
  return {
    found: { ...findDates(tags), ...(position && { position: position.at }) },
    ...(position && { position: position.at }),
    ...(description && { description: description.text }),
    ...(orientation !== undefined && { orientation }),
    exif: cameraOf(tags),
    sources: {
      ...(position && { position: position.source }),
      ...(description && { description: description.source }),
      ...(orientation !== undefined && { orientation: "Orientation" }),
    },
  };
}

function cameraOf({ exif, xmp, iptc, icc, png }: Tags): Exif {
  const altitude = toNumber(exif["GPSAltitude"]);
  const keywords = [...new Set([...textsOf(xmp["subject"]), ...textsOf(iptc["Keywords"])])].slice(0, 100);
  const fields: { [K in keyof Exif]: Exif[K] | undefined } = {
    make: firstOf(textOf, exif["Make"], xmp["Make"], png["Make"]),
    model: firstOf(textOf, exif["Model"], xmp["Model"], png["Model"]),
    lens: firstOf(textOf, exif["LensModel"], xmp["LensModel"], xmp["Lens"]),
    software: firstOf(textOf, exif["Software"], xmp["CreatorTool"]),
    fNumber: firstOf(positive, exif["FNumber"], xmp["FNumber"]),
    exposureSeconds: firstOf(positive, exif["ExposureTime"], xmp["ExposureTime"]),
    iso: firstOf(positive, exif["ISOSpeedRatings"], xmp["ISOSpeedRatings"], exif["RecommendedExposureIndex"]),
    focalLength: firstOf(positive, exif["FocalLength"], xmp["FocalLength"]),
    focalLength35: firstOf(positive, exif["FocalLengthIn35mmFilm"], xmp["FocalLengthIn35mmFilm"]),
    altitude: altitude === undefined ? undefined : altitude * (toNumber(exif["GPSAltitudeRef"]) === 1 ? -1 : 1),
    title: firstOf(textOf, xmp["title"], iptc["Object Name"]),
    keywords: keywords.length === 0 ? undefined : keywords,
    rating: [xmp["Rating"], exif["Rating"]].map(toNumber).find((value) => value !== undefined && value >= -1 && value <= 5 && value !== 0),
    colourProfile: textOf(icc["ICC Description"]),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Exif;
}

function findDates({ exif, xmp, iptc, png }: Tags): Pick<Found, "clocks" | "instants" | "modified"> {
  const clocks = [
    exifDate(exif, "DateTimeOriginal", "SubSecTimeOriginal", "OffsetTimeOriginal"),
    plainDate(xmp["DateTimeOriginal"], "XMP:DateTimeOriginal"),
    plainDate(xmp["DateCreated"], "XMP:DateCreated"),
    plainDate(iptcDate(iptc), "IPTC:DateCreated"),
    exifDate(exif, "DateTimeDigitized", "SubSecTimeDigitized", "OffsetTimeDigitized"),
    plainDate(xmp["CreateDate"], "XMP:CreateDate"),
    plainDate(png["CreateDate"] ?? png["Creation Time"], "PNG:CreationTime"),
  ].filter((date) => date !== undefined);
  const gps = gpsTime(exif, xmp);
  const modified = exifDate(exif, "DateTime", "SubSecTime", "OffsetTime") ?? plainDate(xmp["ModifyDate"], "XMP:ModifyDate");
  return { clocks, instants: gps === undefined ? [] : [{ ms: gps, source: "gps" }], ...(modified && { modified }) };
}

type Dated = Found["clocks"][number];
type Group = Readonly<Record<string, TagValue>>;

/** An EXIF date with its fraction and its offset; OffsetTime, which belongs to ModifyDate, stands in for a missing one. */
function exifDate(exif: Group, tag: string, fractionTag: string, offsetTag: string): Dated | undefined {
  const stamp = parseStamp(textOf(exif[tag]) ?? "");
  if (!stamp) return undefined;
  const local = withFraction(stamp, textOf(exif[fractionTag]));
  for (const source of [offsetTag, "OffsetTime"]) {
    const offset = parseOffset(textOf(exif[source]) ?? "");
    if (offset !== undefined) return { stamp: { local, offset }, source: tag, offsetSource: source };
  }
  return { stamp: { ...stamp, local }, source: tag };
}

function withFraction({ local }: Stamp, fraction: string | undefined): string {
  if (fraction === undefined || !/^\d+$/u.test(fraction) || local.includes(".")) return local;
  return wallClock(local.split(/[-T:]/u).map(Number), fraction) ?? local;
}

function plainDate(value: TagValue | undefined, source: string): Dated | undefined {
  const stamp = parseStamp(textOf(value) ?? "");
  return stamp && { stamp, source };
}

/** IPTC keeps day (`20211020` or `2021-10-20`) and time (`210101+0000` or `21:01:01+00:00`) apart; a time without a day is no date. */
function iptcDate(iptc: Group): string | undefined {
  const day = /^(\d{4})[-:]?(\d{2})[-:]?(\d{2})$/u.exec(textOf(iptc["Date Created"]) ?? "");
  if (!day) return undefined;
  const time = /^(\d{2}):?(\d{2}):?(\d{2})(?:([+-]\d{2}):?(\d{2}))?$/u.exec(textOf(iptc["Time Created"]) ?? "");
  const date = `${day[1]}-${day[2]}-${day[3]}`;
  return time ? `${date}T${time[1]}:${time[2]}:${time[3]}${time[4] ? `${time[4]}:${time[5]}` : ""}` : date;
}

/** GPS time is UTC: EXIF's date stamp and three rationals, or XMP's one date. */
function gpsTime(exif: Group, xmp: Group): number | undefined {
  const day = /^(\d{4})[:-](\d{2})[:-](\d{2})/u.exec(textOf(exif["GPSDateStamp"]) ?? "");
  const time = exif["GPSTimeStamp"];
  if (day && typeof time === "object" && time.length === 3) {
    const [hour, minute, second] = time.map(Number);
    const local = wallClock([...day.slice(1).map(Number), Math.floor(hour!), Math.floor(minute!), Math.floor(second!)]);
    if (local !== undefined) return toMs(local);
  }
  const stamp = parseStamp(textOf(xmp["GPSTimeStamp"]) ?? textOf(xmp["GPSDateTime"]) ?? "");
  return stamp && toMs(stamp.local) - (stamp.offset ?? 0) * 60_000;
}

function positionOf(group: Group, source: string): { at: { latitude: number; longitude: number }; source: string } | undefined {
  const latitude = degrees(group["GPSLatitude"], group["GPSLatitudeRef"], 90);
  const longitude = degrees(group["GPSLongitude"], group["GPSLongitudeRef"], 180);
  // 0°, 0° is what software writes for "no fix"; nobody photographs the buoy there.
  if (latitude === undefined || longitude === undefined || (latitude === 0 && longitude === 0)) return undefined;
  return { at: { latitude, longitude }, source };
}

const DEGREES = /^\s*(-?[\d.]+)(?:,([\d.]+))?(?:,([\d.]+))?\s*([NSEW])?\s*$/iu;

/** Degrees from [degrees, minutes, seconds] with a reference letter, or from XMP's `50,17.98N` and plain decimals. */
function degrees(value: TagValue | undefined, reference: TagValue | undefined, limit: number): number | undefined {
  const text = typeof value === "string" ? DEGREES.exec(value) : null;
  const list = typeof value === "object" ? value : [value];
  const parts = text ? text.slice(1, 4).map((part) => Number(part ?? 0)) : list.map((part) => toNumber(part) ?? Number.NaN);
  const [whole = Number.NaN, minutes = 0, seconds = 0] = parts;
  const letter = text?.[4] ?? textOf(reference) ?? "";
  const size = Math.abs(whole) + minutes / 60 + seconds / 3600;
  if (!Number.isFinite(size) || size > limit) return undefined;
  return whole < 0 || /^[SW]/iu.test(letter) ? 0 - size : size;
}

function firstText(...places: readonly (readonly [Group, string, string?])[]): { text: string; source: string } | undefined {
  for (const [group, tag, source = tag] of places) {
    const text = textOf(group[tag]);
    if (text !== undefined && !BOILERPLATE.test(text)) return { text, source };
  }
  return undefined;
}

function firstOf<T>(read: (value: TagValue | undefined) => T | undefined, ...values: readonly (TagValue | undefined)[]): T | undefined {
  return values.map(read).find((value) => value !== undefined);
}

/** Text that Postgres takes (no NUL, no lone surrogate), trimmed; undefined when nothing is left. */
export function textOf(value: TagValue | undefined): string | undefined {
  const raw = typeof value === "object" ? value.find((item) => typeof item === "string" && item.trim() !== "") : value;
  if (raw === undefined || typeof raw === "number") return undefined;
  const text = raw.slice(0, MAX_TEXT).replaceAll(UNSTORABLE, "").trim();
  return text === "" ? undefined : text;
}

function textsOf(value: TagValue | undefined): string[] {
  return (typeof value === "object" ? value : [value]).map(textOf).filter((text) => text !== undefined);
}

function toNumber(value: TagValue | undefined): number | undefined {
  const first = typeof value === "object" ? value[0] : value;
  const number = typeof first === "string" && first.trim() !== "" ? Number(first) : first;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function positive(value: TagValue | undefined): number | undefined {
  const number = toNumber(value);
  return number !== undefined && number > 0 ? number : undefined;
}
